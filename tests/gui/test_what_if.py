"""What if, in the window: a number is turned in the dialog, its branch is named, told and taken back."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import graphscope as gs
from graphscope.debug.session import Session
from graphscope.debug.what_if import Consequence
from graphscope.gui.dialogs.edit_value import EditValue
from graphscope.gui.widgets.branch_button import BranchButton
from graphscope.gui.widgets.heat_map import HeatMap
from graphscope.service.requests import Assign, Undo
from graphscope.view.numbers import parse
from tests.gui.conftest import press, settle


def editor(window, name: str = "W1", index=(0, 1), position: int = 2) -> EditValue:
    window.running.seek(position)
    settle(window)
    window.desk.selection.select(name, "value", index)
    settle(window)
    window.orders.start("edit_value")
    settle(window)
    found = window.findChild(EditValue)
    assert isinstance(found, EditValue)
    return found


def turn(window, found: EditValue, typed: str) -> None:
    found.field.selectAll()
    QTest.keyClicks(found.field, typed)
    settle(window)


def branch(window) -> BranchButton:
    found = window.findChild(BranchButton)
    assert isinstance(found, BranchButton)
    return found


def here() -> Session:
    """The sample that the window shows, in a session of our own."""
    run = gs.open("xor")
    run.step(2)
    return run


def truth(number: float) -> Consequence:
    return here().what_if("W1", (0, 1), number)


# ---- the dialog -------------------------------------------------------------------------------------------


def test_the_dialog_foretells_what_the_number_would_do(window) -> None:
    found = editor(window)
    turn(window, found, "0.75")
    known = truth(0.75)
    assert parse(found.change.text().lstrip("+")) == pytest.approx(known.edit.change, abs=1e-5)
    assert parse(found.predicted.text().lstrip("+")) == pytest.approx(known.predicted, rel=5e-3)
    assert parse(found.actual.text().lstrip("+")) == pytest.approx(known.actual, rel=5e-3)
    assert not found.effect.isVisible()


def test_the_curve_holds_what_steps_of_other_sizes_would_do(window) -> None:
    found = editor(window)
    turn(window, found, "0.75")
    assert found.curve.isVisible()
    old = truth(0.75).edit.before or 0.0
    for step, predicted, actual in found.curve.points[::8]:
        known = truth(old + step)
        assert (predicted, actual) == pytest.approx((known.predicted or 0.0, known.actual or 0.0), abs=1e-6)


def test_a_step_beyond_the_curve_widens_it(window) -> None:
    found = editor(window)
    assert found.curve.points[-1][0] == pytest.approx(0.5)
    turn(window, found, "3")
    assert found.curve.points[-1][0] == pytest.approx(4.0)


def test_arrow_keys_and_buttons_turn_the_number(window) -> None:
    found = editor(window)
    old = float(parse(found.field.text()))
    QTest.keyClick(found.field, Qt.Key.Key_Up)
    assert parse(found.field.text()) == pytest.approx(old + 0.1, abs=1e-6)
    QTest.keyClick(found.field, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert parse(found.field.text()) == pytest.approx(old - 0.9, abs=1e-6)
    QTest.mouseClick(found.more, Qt.MouseButton.LeftButton)
    assert parse(found.field.text()) == pytest.approx(old - 0.8, abs=1e-6)
    QTest.mouseClick(found.less, Qt.MouseButton.LeftButton)
    assert parse(found.field.text()) == pytest.approx(old - 0.9, abs=1e-6)


def test_the_caption_is_dragged_to_turn_the_number(window, qtbot) -> None:
    found = editor(window)
    old = float(parse(found.field.text()))
    start = found.scrub.rect().center()
    qtbot.mousePress(found.scrub, Qt.MouseButton.LeftButton, pos=start)
    for distance in (8, 16, 24):
        place = start.__class__(start.x() + distance, start.y())
        qtbot.mouseMove(found.scrub, place)
    qtbot.mouseRelease(found.scrub, Qt.MouseButton.LeftButton)
    settle(window)
    assert parse(found.field.text()) == pytest.approx(old + 0.3, abs=1e-6)


def test_where_nothing_is_predicted_the_dialog_says_why(window) -> None:
    found = editor(window, position=6)
    turn(window, found, "0.75")
    assert found.predicted.text() == "–"
    assert found.effect.isVisible()
    assert found.effect.text().startswith("It was already used in this iteration")


def test_whole_numbers_are_turned_by_one_and_have_no_curve(opened) -> None:
    window = opened("digits_softmax")
    name = next(name for name in window.desk.graph.inputs if "int" in window.desk.opened.specs[name].dtype)
    found = editor(window, name, (0,))
    old = parse(found.field.text())
    QTest.keyClick(found.field, Qt.Key.Key_Up)
    settle(window)
    assert parse(found.field.text()) == old + 1
    assert not found.curve.isVisible()
    assert found.predicted.text() == "–"


def test_a_number_of_a_vector_that_was_clicked_on_its_card_is_meant(window) -> None:
    assert editor(window, "b1", (0, 3)).heading.text() == "Edit b1[3]"
    assert window.findChild(EditValue).apply.isEnabled()


# ---- the branch -------------------------------------------------------------------------------------------


def apply(window, typed: str = "0.6871") -> None:
    found = editor(window)
    turn(window, found, typed)
    QTest.keyClick(found.field, Qt.Key.Key_Return)
    settle(window)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_number_of_the_line_is_the_sessions(opened, language) -> None:
    window = opened(language=language)
    apply(window)
    known, run = truth(0.6871), here()
    run.set_element("W1", (0, 1), 0.6871)
    far = run.consequence_of(5)
    line = re.sub(r"\[[\d,]*\]", "", window.message.sentence.text())
    told = [parse(each.rstrip(".").lstrip("+")) for each in re.findall(r"[+−]\d[\d.]*", line)]
    expected = [known.edit.change, known.predicted, known.actual]
    expected += [far.edit.change, far.predicted, far.actual] if far is not None else []
    assert told == pytest.approx(expected, rel=5e-3)


def test_the_branch_is_named_and_its_name_tells_again_what_the_edit_did(window) -> None:
    assert not branch(window).isVisible()
    apply(window)
    assert branch(window).text() == "edit W1[0,1] +0.10"
    told = window.message.sentence.text()
    window.do("step")
    settle(window)
    assert not window.message.isVisible()
    QTest.mouseClick(branch(window), Qt.MouseButton.LeftButton)
    assert window.message.isVisible()
    assert window.message.sentence.text() == told


def test_the_last_of_several_edits_is_named_and_undoing_names_the_one_before(window) -> None:
    apply(window)
    window.bridge.ask(Assign("b2", (0,), 1.0))
    settle(window)
    assert branch(window).text() == "edit b2[0] +1"
    window.bridge.ask(Undo())
    settle(window)
    assert branch(window).text() == "edit W1[0,1] +0.10"
    window.bridge.ask(Undo())
    settle(window)
    assert not branch(window).isVisible()


def test_the_line_and_the_name_follow_the_language(window) -> None:
    apply(window)
    window.settings["language"] = "ko"
    settle(window)
    assert "기울기가 예측한 ΔL은" in window.message.sentence.text()
    assert branch(window).text() == "W1[0,1] +0.10 수정"


def test_notices_of_help_follow_the_language(window) -> None:
    window.desk.selection.select("W1", "value", None)
    window.running.seek(2)
    settle(window)
    window.do("copy_numpy")
    settle(window)
    assert window.message.sentence.text() == "W1 is on the clipboard as NumPy code."
    window.settings["language"] = "ko"
    assert "클립보드" in window.message.sentence.text()


def test_undo_restores_the_former_numbers_and_marks(window) -> None:
    window.running.seek(2)
    settle(window)
    before = window.desk.moved.moment.values["W1"].cells.copy()
    apply(window)
    assert set(window.desk.moved.moment.edited.values()) == {frozenset({(0, 1)})}
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert (window.desk.moved.moment.values["W1"].cells == before).all()
    assert not window.desk.moved.moment.edited


def test_another_model_begins_without_a_branch(window) -> None:
    apply(window)
    window.files.open("apple_shop")
    settle(window)
    assert not branch(window).isVisible()


def test_a_number_on_the_card_is_double_clicked_to_edit_it(window) -> None:
    window.running.seek(2)
    settle(window)
    window.desk.selection.select("W1", "value", (1, 2))
    window.canvas.activated.emit("W1", "value")
    settle(window)
    found = window.findChild(EditValue)
    assert found.heading.text() == "Edit W1[1,2]"


def test_enter_on_the_graph_edits_a_selected_number_and_inspects_a_whole_value(window) -> None:
    window.running.seek(2)
    settle(window)
    window.desk.selection.select("W1", "value", None)
    press(window, Qt.Key.Key_Return)
    assert window.findChild(EditValue) is None
    assert window.docks.shown("inspector")
    window.desk.selection.select("W1", "value", (1, 2))
    press(window, Qt.Key.Key_Return)
    assert window.findChild(EditValue).heading.text() == "Edit W1[1,2]"


def test_a_cell_of_the_inspector_is_edited_by_enter_and_by_a_double_click(window, qtbot) -> None:
    window.running.seek(2)
    settle(window)
    window.desk.selection.select("W1", "value", (1, 2))
    window.docks.show("inspector")
    settle(window)
    cells = window.docks.panel("inspector").findChild(HeatMap)
    QTest.keyClick(cells, Qt.Key.Key_Return)
    settle(window)
    found = window.findChild(EditValue)
    assert found.heading.text() == "Edit W1[1,2]"
    found.close()
    settle(window)
    qtbot.mouseDClick(
        cells.viewport(), Qt.MouseButton.LeftButton, pos=cells.grid.box(1, 3).center().toPoint()
    )
    settle(window)
    found = window.findChildren(EditValue)[-1]
    assert found.heading.text() == "Edit W1[1,3]"


def test_a_number_of_a_gradient_is_edited_like_any_other(window) -> None:
    window.running.seek(15)
    settle(window)
    window.desk.selection.select("W1", "gradient", (0, 1))
    settle(window)
    assert window.orders.start("edit_value")
    settle(window)
    found = window.findChild(EditValue)
    assert found.heading.text() == "Edit ∂L/∂W1[0,1]"
    turn(window, found, "2")
    assert "through the updates that of iteration 1 differs by" in found.effect.text()
    QTest.keyClick(found.field, Qt.Key.Key_Return)
    settle(window)
    assert window.desk.moved.moment.gradients["W1"].cells[0, 1] == 2.0
    assert branch(window).text().startswith("edit ∂L/∂W1[0,1] +")


def test_a_gradient_that_is_left_over_from_the_iteration_before_cannot_be_edited(window) -> None:
    window.running.seek(20)
    settle(window)
    window.desk.selection.select("W1", "gradient", (0, 1))
    settle(window)
    assert not window.orders.start("edit_value")
