"""The Runtime menu tells every backend; one that is chosen runs the model from the start, or goes on from here."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from graphscope.backends.probe import Availability
from graphscope.errors import Sentence
from graphscope.gui.dialogs.switching import SwitchBackend
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
    assert missing.statusTip() == "The package cupy is not installed. Install it with: pip install cupy"
    assert missing.toolTip() == f"<p>{missing.statusTip()}</p>"  # long ones are broken into lines


def test_reason_and_fix_are_told_in_the_language_of_the_window(surveyed) -> None:
    surveyed.do("language_ko")
    settle(surveyed)
    missing = next(action for text, action in entries(surveyed).items() if text.startswith("CuPy"))
    assert "설치되어 있지 않습니다" in missing.toolTip()
    assert "다음 명령으로 설치하십시오: pip install cupy" in missing.toolTip()
    assert "not" not in missing.text()


def test_what_is_used_is_ticked(surveyed) -> None:
    assert [text for text, action in entries(surveyed).items() if action.isChecked()] == ["NumPy · CPU"]


def test_choosing_a_backend_before_the_first_step_runs_there_and_says_so(surveyed) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed")
    entries(surveyed)["PyTorch"].trigger()
    settle(surveyed)
    assert position(surveyed) == 0
    assert surveyed.desk.opened.backend == "torch"
    assert surveyed.message.sentence.text().startswith("Opened anew on PyTorch")
    assert surveyed.header.runtime.text().startswith("PyTorch")


def choose(window, title: str, *, at: int = 7) -> SwitchBackend:
    """Choose a backend in the middle of a run; the dialog that asks how to go on."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    window.running.seek(at)
    settle(window)
    entries(window)[title].trigger()
    settle(window)
    (dialog,) = window.findChildren(SwitchBackend)
    return dialog


def test_in_the_middle_of_a_run_it_is_asked_how_to_go_on(surveyed) -> None:
    dialog = choose(surveyed, "PyTorch")
    assert dialog.restart.text() == "Re-run from the start"
    assert re.fullmatch(r"Continue from here \(copies \d+ B to the CPU\)", dialog.go_on.text())
    assert dialog.restart.hasFocus()
    assert position(surveyed) == 7


def test_enter_runs_from_the_start(surveyed) -> None:
    dialog = choose(surveyed, "PyTorch")
    QTest.keyClick(dialog.restart, Qt.Key.Key_Return)
    settle(surveyed)
    assert position(surveyed) == 0
    assert surveyed.desk.opened.backend == "torch"
    assert surveyed.message.sentence.text().startswith("Opened anew on PyTorch")


def test_the_other_answer_goes_on_from_here_with_copies_that_are_steps(surveyed) -> None:
    dialog = choose(surveyed, "PyTorch")
    QTest.keyClick(dialog.restart, Qt.Key.Key_Down)
    assert dialog.go_on.hasFocus()
    QTest.keyClick(dialog.go_on, Qt.Key.Key_Return)
    settle(surveyed)
    copies = [step for step in surveyed.desk.moved.steps if step.kind == "transfer"]
    assert position(surveyed) == 7 + len(copies)
    assert len(copies) > 0
    assert re.match(
        rf"From here on PyTorch · CPU computes; {len(copies)} arrays", surveyed.message.sentence.text()
    )
    assert surveyed.header.runtime.text().startswith("PyTorch · CPU")
    ticked = [text for text, action in entries(surveyed).items() if action.isChecked()]
    assert ticked == ["PyTorch"]


def test_going_back_across_the_switch_leads_to_the_backend_before(surveyed) -> None:
    dialog = choose(surveyed, "PyTorch")
    dialog.go_on.click()
    settle(surveyed)
    surveyed.running.seek(3)
    settle(surveyed)
    assert surveyed.header.runtime.text().startswith("NumPy")
    assert [text for text, action in entries(surveyed).items() if action.isChecked()] == ["NumPy · CPU"]
    surveyed.running.seek(surveyed.desk.moved.reached)
    settle(surveyed)
    assert surveyed.header.runtime.text().startswith("PyTorch")


def test_a_switch_can_be_taken_back(surveyed) -> None:
    choose(surveyed, "PyTorch").go_on.click()
    settle(surveyed)
    surveyed.do("undo_edit")
    settle(surveyed)
    assert position(surveyed) == 7
    assert surveyed.message.sentence.text() == "The switch is taken back; NumPy · CPU computes again."
    assert surveyed.header.runtime.text().startswith("NumPy")


def test_after_a_switch_the_first_backend_can_be_chosen_again(surveyed) -> None:
    choose(surveyed, "PyTorch").go_on.click()
    settle(surveyed)
    entries(surveyed)["NumPy · CPU"].trigger()
    settle(surveyed)
    (dialog,) = [each for each in surveyed.findChildren(SwitchBackend) if each.isVisible()]
    dialog.restart.click()
    settle(surveyed)
    assert position(surveyed) == 0
    assert surveyed.header.runtime.text().startswith("NumPy")


def test_escape_leaves_everything_as_it_was(surveyed) -> None:
    dialog = choose(surveyed, "PyTorch")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    settle(surveyed)
    assert position(surveyed) == 7
    assert [text for text, action in entries(surveyed).items() if action.isChecked()] == ["NumPy · CPU"]


def test_the_question_is_asked_in_korean(opened) -> None:
    window = opened(language="ko")
    window.runtime._surveyed(FOUND)
    dialog = choose(window, "PyTorch")
    assert dialog.restart.text() == "처음부터 다시 실행"
    assert dialog.go_on.text().startswith("여기서 이어 가기(CPU로")


def test_a_precision_that_is_chosen_after_a_switch_runs_on_the_new_backend(surveyed) -> None:
    choose(surveyed, "PyTorch").go_on.click()
    settle(surveyed)
    surveyed.do("precision_float64")
    settle(surveyed)
    assert surveyed.header.runtime.text().startswith("PyTorch · CPU · float64")


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
