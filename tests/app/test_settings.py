"""Settings are a table, survive a restart, and never stop the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.app.settings import RECENT, SETTINGS, Settings, default_folder
from graphscope.view.text import korean


def test_a_new_user_gets_every_default(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    assert {setting.key: settings[setting.key] for setting in SETTINGS} == {
        setting.key: setting.default for setting in SETTINGS
    }


def test_an_answer_survives_a_restart(tmp_path: Path) -> None:
    Settings(tmp_path)["theme"] = "dark"
    Settings(tmp_path)["reopen"] = True
    assert Settings(tmp_path).choice("theme") == "dark"
    assert Settings(tmp_path).flag("reopen")


def test_an_unknown_answer_in_the_file_counts_as_the_default(tmp_path: Path) -> None:
    (tmp_path / "graphscope.ini").write_text("[settings]\ntheme = plaid\n", encoding="utf-8")
    assert Settings(tmp_path).choice("theme") == "system"


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00broken", b"no section at all", b"[recent]\nmodels = {1: 2\n"]
)
def test_a_broken_file_counts_as_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "graphscope.ini").write_bytes(content)
    settings = Settings(tmp_path)
    assert settings.choice("language") == "system"
    assert settings.recent() == ()


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    settings = Settings(blocked)
    settings["theme"] = "light"
    assert settings.choice("theme") == "light"


def test_listeners_hear_of_changes_and_of_nothing_else(tmp_path: Path) -> None:
    heard: list[str] = []
    settings = Settings(tmp_path)
    settings.on_change(heard.append)
    settings["theme"] = "dark"
    settings["theme"] = "dark"
    assert heard == ["theme"]


def test_the_newest_model_is_first_and_named_once(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    for name in ("xor", "apple_shop", "xor"):
        settings.remember(name)
    assert Settings(tmp_path).recent() == ("xor", "apple_shop")


def test_only_so_many_models_are_remembered(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    for number in range(RECENT + 3):
        settings.remember(f"model {number}")
    assert len(settings.recent()) == RECENT


def test_the_environment_can_say_where_settings_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRAPHSCOPE_SETTINGS", str(tmp_path))
    assert default_folder() == tmp_path


def test_every_setting_can_be_told_in_korean() -> None:
    told = [text for setting in SETTINGS for text in (setting.title, setting.tip, setting.section)]
    told += [choice.title for setting in SETTINGS for choice in setting.choices]
    catalogue = korean()
    signs = {"English", "한국어", "¼×", "½×", "1×", "2×", "4×", "8×"}
    assert [text for text in told if text not in catalogue and text not in signs] == []
