"""The Runtime menu tells every backend, and choosing one runs the model from the start on it."""

from __future__ import annotations

import pytest

from graphscope.backends.probe import Availability
from graphscope.errors import Sentence
from tests.gui.conftest import position, settle

FOUND = (
    Availability("numpy", "NumPy · CPU", available=True),
    Availability(
        "cupy",
        "CuPy · GPU",
        available=False,
        reason=Sentence("The package {package} is not installed.", package="cupy"),
        fix=Sentence("Install it with: {command}", command="pip install cupy"),
    ),
    Availability("torch", "PyTorch", available=True),
)


@pytest.fixture
def surveyed(window):
    window.runtime._surveyed(FOUND)
    return window


def entries(window):
    return {action.text(): action for action in window.runtime._group.actions() if action.text()}


def test_what_is_not_there_stays_visible_with_its_reason_and_what_to_do(surveyed) -> None:
    listed = entries(surveyed)
    assert set(listed) == {"NumPy · CPU", "CuPy · GPU – not available", "PyTorch"}
    missing = listed["CuPy · GPU – not available"]
    assert not missing.isEnabled()
    assert missing in surveyed.menus.top["Runtime"].actions()
    assert missing.toolTip() == "The package cupy is not installed. Install it with: pip install cupy"


def test_reason_and_fix_are_told_in_the_language_of_the_window(surveyed) -> None:
    surveyed.do("language_ko")
    settle(surveyed)
    missing = next(action for text, action in entries(surveyed).items() if text.startswith("CuPy"))
    assert "설치되어 있지 않습니다" in missing.toolTip()
    assert "다음 명령으로 설치하십시오: pip install cupy" in missing.toolTip()
    assert "not" not in missing.text()


def test_what_is_used_is_ticked(surveyed) -> None:
    assert [text for text, action in entries(surveyed).items() if action.isChecked()] == ["NumPy · CPU"]


def test_choosing_a_backend_runs_from_the_start_and_says_so(surveyed) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed")
    surveyed.running.seek(7)
    settle(surveyed)
    entries(surveyed)["PyTorch"].trigger()
    settle(surveyed)
    assert position(surveyed) == 0
    assert surveyed.desk.opened.backend == "torch"
    assert surveyed.message.sentence.text().startswith("Run from the start on PyTorch")
    assert surveyed.header.runtime.text().startswith("PyTorch")


def test_a_backend_that_fails_leaves_the_run_as_it_was(surveyed) -> None:
    surveyed.running.seek(7)
    settle(surveyed)
    surveyed.runtime.reopen(backend="cupy:99")
    settle(surveyed)
    assert "CuPy" in surveyed.message.sentence.text()
    assert position(surveyed) == 7
    assert surveyed.desk.opened.backend == "numpy"


def test_precision_is_chosen(window) -> None:
    window.do("precision_float64")
    settle(window)
    assert window.desk.opened.floating == "float64"
    assert "float64" in window.header.runtime.text()
    assert window.orders["precision_float64"].isChecked()
    window.do("precision_model")
    settle(window)
    assert window.desk.opened.floating == "float32"


def test_a_window_that_closes_waits_for_no_backend(opened, monkeypatch, tmp_path) -> None:
    (tmp_path / "jax.py").write_text("import time; time.sleep(600)", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    window = opened(None)
    window.runtime.look()
    window.close()  # and nothing is left behind: see conftest
    assert window.desk.survey is None


def test_looking_for_backends_happens_beside_the_window(window, qtbot, monkeypatch) -> None:
    from graphscope.gui import runtime

    monkeypatch.setattr(runtime, "survey", lambda **_: FOUND)
    window.runtime.look()
    qtbot.waitUntil(lambda: window.desk.survey == FOUND)
    assert len(entries(window)) == 3
