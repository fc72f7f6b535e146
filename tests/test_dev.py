"""Tests for dev.py: what it starts, and what it says where something is missing; nothing is installed."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.test_project import load_dev

dev: Any = load_dev()


class Calls:
    """Takes the place of `dev.call`: remembers the command lines and answers with the given exit statuses."""

    def __init__(self, **answers: int) -> None:
        self.lines: list[str] = []
        self.settings: list[dict[str, str]] = []
        self.answers = answers

    def __call__(self, line: list[str], *, quiet: bool = False, **settings: str) -> int:
        self.lines.append(" ".join(line))
        self.settings.append(settings)
        return next((status for word, status in self.answers.items() if word in self.lines[-1]), 0)

    def index(self, *words: str) -> int:
        return next(number for number, line in enumerate(self.lines) if all(word in line for word in words))


MARK = "pytest.mark." + "xvfb"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with an environment that is there but empty."""
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    for name, value in (("ROOT", tmp_path), ("VENV", tmp_path / ".venv")):
        monkeypatch.setattr(dev, name, value)
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv" / "graphscope.json")
    dev.python().parent.mkdir(parents=True)
    dev.python().touch()
    return tmp_path


def replace_call(monkeypatch: pytest.MonkeyPatch, **answers: int) -> Calls:
    calls = Calls(**answers)
    monkeypatch.setattr(dev, "call", calls)
    return calls


def fake_system(*, display: bool, missing: tuple[str, ...] = ()) -> SimpleNamespace:
    libraries = tuple(SimpleNamespace(soname=name) for name in missing)
    return SimpleNamespace(
        has_display=lambda: display,
        missing_libraries=lambda *, window: libraries,
        package_manager=lambda: "apt-get",
        install_line=lambda libraries, manager: (
            "apt-get install -y " + " ".join(item.soname for item in libraries)
        ),
    )


def start(monkeypatch: pytest.MonkeyPatch, system: SimpleNamespace, *arguments: str) -> tuple[int, Calls]:
    calls = replace_call(monkeypatch)
    monkeypatch.setattr(dev, "ensure", lambda *, tests: None)
    monkeypatch.setattr(dev, "load_system", lambda: system)
    return dev.main(["run", *arguments]), calls


def test_run_opens_the_window_where_there_is_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    status, calls = start(monkeypatch, fake_system(display=True), "xor", "--seed", "3")
    assert status == 0
    assert [line.partition(" ")[2] for line in calls.lines] == ["-m graphscope xor --seed 3"]


def test_run_without_a_display_steps_the_sample_and_then_draws_the_window(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, calls = start(monkeypatch, fake_system(display=False))
    assert status == 0
    assert calls.index("-m graphscope steps xor") < calls.index("snapshot", "xor")
    assert calls.settings[-1] == {"QT_QPA_PLATFORM": "offscreen"}
    said = capsys.readouterr().out
    assert "There is no display" in said
    assert str(dev.PICTURE) in said


def test_run_names_the_exact_line_before_qt_could_load(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, calls = start(monkeypatch, fake_system(display=True, missing=("libGL.so.1",)))
    assert (status, calls.lines) == (1, [])
    assert "Run: apt-get install -y libGL.so.1" in capsys.readouterr().err


def test_a_command_without_a_window_runs_whatever_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    status, calls = start(monkeypatch, fake_system(display=False, missing=("libGL.so.1",)), "steps", "xor")
    assert status == 0
    assert calls.index("-m graphscope steps xor") == 0


def test_the_environment_is_made_once(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = replace_call(monkeypatch)
    dev.ensure(tests=False)
    assert calls.index("pip install", "--editable")
    made = len(calls.lines)
    dev.ensure(tests=False)
    assert len(calls.lines) == made


def test_the_environment_is_brought_up_to_date_when_the_project_changes(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev_calls = replace_call(monkeypatch)
    dev.ensure(tests=False)
    made = len(dev_calls.lines)
    (checkout / "pyproject.toml").write_text("[project]\nname = 'other'\n", encoding="utf-8")
    dev.ensure(tests=False)
    assert len(dev_calls.lines) > made


def test_running_after_testing_does_not_take_the_test_tools_away(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = replace_call(monkeypatch)
    dev.ensure(tests=True)
    made = len(calls.lines)
    dev.ensure(tests=False)
    assert len(calls.lines) == made
    assert json.loads(dev.STAMP.read_text("utf-8"))["tests"] is True


def test_an_environment_from_another_folder_is_made_anew(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = replace_call(monkeypatch)
    dev.STAMP.write_text(json.dumps({"root": str(checkout / "elsewhere")}), encoding="utf-8")
    dev.ensure(tests=False)
    assert calls.index("-m venv --clear")


def test_torch_that_cannot_be_installed_is_only_a_note(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_call(monkeypatch, **{"find_spec": 1, "torch==": 1})
    dev.ensure(tests=True)
    assert "Note: PyTorch could not be installed" in capsys.readouterr().out
    assert dev.STAMP.exists()


def test_a_python_without_ensurepip_is_told_the_line(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_call(monkeypatch, pip=1)
    find = dev.importlib.util.find_spec
    monkeypatch.setattr(
        dev.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name)
    )
    (checkout / "graphscope" / "app").mkdir(parents=True)
    system = Path(__file__).resolve().parents[1] / "graphscope" / "app" / "system.py"
    (checkout / "graphscope" / "app" / "system.py").write_text(system.read_text("utf-8"), encoding="utf-8")
    assert dev.main(["environment"]) == 1
    assert "apt-get install -y python3-venv" in capsys.readouterr().err


def test_an_old_python_is_told_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "sys", SimpleNamespace(version_info=(3, 8, 18), stderr=dev.sys.stderr))
    monkeypatch.setattr(dev.shutil, "which", lambda _: None)
    assert dev.main(["run"]) == 1
    assert "needs Python 3.11 or newer, but this is Python 3.8.18" in capsys.readouterr().err


def test_tests_for_a_real_screen_are_where_the_run_on_one_looks_for_them(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = replace_call(monkeypatch)
    monkeypatch.setattr(dev.shutil, "which", lambda _: "xvfb-run")
    assert dev.main(["test"]) == 0
    assert calls.lines[calls.index("xvfb-run")].endswith("-m xvfb tests/gui")
    folder = Path(__file__).parent
    marked = [path for path in folder.rglob("test_*.py") if MARK in path.read_text("utf-8")]
    assert {path.relative_to(folder).parts[0] for path in marked} - {"test_conftest.py"} == {"gui"}


def test_gpu_check_makes_the_environment_and_hands_its_arguments_on(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = replace_call(monkeypatch, **{"tests.gpu": 1})
    assert dev.main(["gpu-check", "--iterations", "5"]) == 1
    assert calls.lines[-1].endswith("-m tests.gpu --install --iterations 5")
    assert calls.index("pip install", "[test]") < len(calls.lines) - 1


def test_an_unknown_command_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["fly"]) == 2
    assert "run [MODEL]" in capsys.readouterr().out
