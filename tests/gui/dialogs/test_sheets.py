"""The dialogs that are windows of their own: opened once, told anew in another language, gone with the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QTreeWidget, QWidget
from shiboken6 import isValid

import graphscope as gs
from graphscope.app.command import commands
from graphscope.app.settings import SETTINGS
from graphscope.gui.dialogs.controls import ChoiceBox, TickBox
from graphscope.gui.dialogs.edit_value import EditValue
from graphscope.gui.dialogs.keys import KeysSheet
from graphscope.gui.dialogs.legend import SIGNS
from graphscope.gui.dialogs.lesson import COLUMN, LessonPage, unbroken
from graphscope.gui.dialogs.settings import SettingsSheet
from graphscope.gui.dialogs.sheet import Sheet
from graphscope.gui.dialogs.tour import FIRST, Caps, Tour
from graphscope.gui.widgets.veil import Veil
from tests.gui.conftest import settle

SHEETS = ("settings", "help", "keys", "about", "lesson")


def sheet(window, command: str) -> Sheet:
    window.orders.start(command)
    settle(window)
    found = [each for each in window.findChildren(Sheet) if each.isVisible()]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("command", SHEETS)
def test_a_sheet_opens_once(window, command) -> None:
    first = sheet(window, command)
    assert sheet(window, command) is first


@pytest.mark.parametrize("command", SHEETS)
def test_a_sheet_is_told_anew_when_the_language_changes(window, command) -> None:
    found = sheet(window, command)
    english = found.windowTitle()
    window.settings["language"] = "ko"
    settle(window)
    assert found.isVisible()
    assert not found.windowTitle().isascii()
    assert found.windowTitle() != english


@pytest.mark.parametrize("command", SHEETS)
def test_a_sheet_goes_with_its_window(opened, command) -> None:
    window = opened()
    found = sheet(window, command)
    window.close()
    assert not isValid(found) or not found.isVisible()


@pytest.mark.parametrize("command", SHEETS)
def test_the_keyboard_reaches_only_what_a_screen_reader_can_tell(window, command) -> None:
    found = sheet(window, command)
    for control in found.findChildren(QWidget):
        reached = control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible()
        if reached and not control.objectName().startswith("qt_"):
            label = control.text() if isinstance(control, QAbstractButton | QLabel) else ""
            assert control.accessibleName() or label, control


@pytest.mark.parametrize("command", SHEETS)
def test_a_sheet_leaves_the_window_usable(window, command) -> None:
    assert not sheet(window, command).isModal()


# ---- settings ---------------------------------------------------------------------------------------------


def test_every_setting_has_a_control_with_its_answer(window) -> None:
    found = sheet(window, "settings")
    for setting in SETTINGS:
        control = found.findChild(QWidget, setting.key)
        if setting.kind == "choice":
            assert isinstance(control, ChoiceBox)
            assert control.currentData() == window.settings.choice(setting.key)
            assert control.count() == len(setting.choices)
        else:
            assert isinstance(control, TickBox)
            assert control.isChecked() == window.settings.flag(setting.key)


def test_space_ticks_a_box_and_the_setting_holds_at_once(window) -> None:
    found = sheet(window, "settings")
    box = found.findChild(TickBox, "reopen")
    assert isinstance(box, TickBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert window.settings.flag("reopen")


def test_the_focus_stays_at_the_setting_that_was_answered(window) -> None:
    found = sheet(window, "settings")
    assert isinstance(found, SettingsSheet)
    box = found.findChild(QComboBox, "language")
    assert isinstance(box, QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)
    settle(window)
    assert window.desk.text.language == "ko"
    focus = found.focusWidget()
    assert focus is not None
    assert focus.objectName() == "language"


def test_a_setting_that_is_changed_elsewhere_is_shown_as_it_is(window) -> None:
    found = sheet(window, "settings")
    window.settings["theme"] = "dark"
    settle(window)
    box = found.findChild(QComboBox, "theme")
    assert isinstance(box, QComboBox)
    assert box.currentData() == "dark"


# ---- keys, tour, lesson -----------------------------------------------------------------------------------


def test_every_key_of_every_command_is_listed(window) -> None:
    found = sheet(window, "keys")
    assert isinstance(found, KeysSheet)
    tree = found.findChild(QTreeWidget)
    assert isinstance(tree, QTreeWidget)
    model = tree.model()
    heads = [model.index(row, 0) for row in range(model.rowCount())]
    cells = [
        model.index(row, side, head)
        for head in heads
        for row in range(model.rowCount(head))
        for side in (1, 2)
    ]
    told = sorted(key for cell in cells for key in str(cell.data()).split(", ") if key)
    assert told == sorted(key for command in commands() for key in command.shown_keys)


def test_the_tour_shows_the_keys_of_the_table_and_every_sign(window) -> None:
    found = sheet(window, "help")
    assert isinstance(found, Tour)
    assert [caps.accessibleName() for caps in found.findChildren(Caps)][:3] == ["→", "←", "Space"]
    words = {label.text() for label in found.findChildren(QLabel)}
    for told in (*(press.says for press in FIRST), *(sign.says for sign in SIGNS)):
        assert str(told) in words


def test_a_lesson_keeps_its_lines_short_in_a_wide_window(window) -> None:
    found = sheet(window, "lesson")
    page = found.findChild(LessonPage)
    assert isinstance(page, LessonPage)
    for width in (400, 720, 1400):
        found.resize(width, 700)
        QApplication.processEvents()
        frame = page.document().rootFrame().frameFormat()
        column = page.viewport().width() - frame.leftMargin() - frame.rightMargin()
        assert column <= COLUMN
        assert page.document().size().width() <= page.viewport().width()


def test_derivatives_are_kept_on_one_line_and_commands_can_be_copied() -> None:
    assert unbroken("`∂L/∂x = 7`") == "`∂L/\N{WORD JOINER}∂x\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}7`"
    assert unbroken("`graphscope run xor`") == "`graphscope run xor`"


def test_what_is_copied_from_a_lesson_has_plain_spaces(window) -> None:
    page = sheet(window, "lesson").findChild(LessonPage)
    assert isinstance(page, LessonPage)
    page.selectAll()
    page.copy()
    assert "∂L/∂h[1,2] = −0.16474" in QApplication.clipboard().text()


def test_the_lesson_follows_the_sample_that_is_open(window) -> None:
    found = sheet(window, "lesson")
    assert "XOR" in found.windowTitle()
    window.files.open("fan_out")
    settle(window)
    assert "Fan-out" in found.windowTitle()


def test_a_model_without_a_lesson_says_so(opened) -> None:
    g = gs.Builder("mine")
    x = g.parameter("x", 3.0)
    g.loss(x * x)
    window = opened(g.build())
    window.orders.start("lesson")
    settle(window)
    assert not window.findChildren(Sheet)
    assert window.message.isVisible()
    assert "“mine” has no lesson" in window.message.sentence.text()


# ---- editing a number -------------------------------------------------------------------------------------


def editor(window, name: str, index=None) -> EditValue:
    window.running.seek(5)
    settle(window)
    window.desk.selection.select(name, "value", index)
    settle(window)
    window.orders.start("edit_value")
    settle(window)
    found = window.findChild(EditValue)
    assert isinstance(found, EditValue)
    return found


def test_the_old_number_is_shown_with_all_its_digits_and_chosen_for_overwriting(window) -> None:
    found = editor(window, "h", (1, 2))
    assert found.old.text() == "-0.716103".replace("-", found.old.text()[0])
    assert found.field.text() == found.old.text()
    assert found.field.selectedText() == found.field.text()
    assert found.heading.text() == "Edit h[1,2]"


def test_without_a_selected_element_its_place_is_asked_first(window) -> None:
    found = editor(window, "h")
    assert window.focusWidget() is found.place_field
    QTest.keyClicks(found.place_field, "2,1")
    assert found.heading.text() == "Edit h[2,1]"
    QTest.keyClick(found.place_field, Qt.Key.Key_Backspace)
    assert not found.apply.isEnabled()


def test_a_single_number_needs_no_place(opened) -> None:
    window = opened("apple_shop")
    found = editor(window, "apple_price")
    assert not found.place_field.isVisible()
    assert window.focusWidget() is found.field


def test_the_number_of_a_large_array_is_asked_for(opened) -> None:
    window = opened("digits_softmax")
    window.running.seek(3)
    settle(window)
    name = next(name for name in window.desk.graph.inputs if len(window.desk.opened.specs[name].shape) > 1)
    assert not window.desk.moved.moment.values[name].exact
    window.desk.selection.select(name, "value", (1, 20))
    settle(window)
    window.orders.start("edit_value")
    settle(window)
    found = window.findChild(EditValue)
    assert isinstance(found, EditValue)
    assert found.old.text() != "–"


def test_what_an_edit_did_is_told_with_the_way_back(window) -> None:
    found = editor(window, "W1", (0, 1))
    found.field.selectAll()
    QTest.keyClicks(found.field, "0.75")
    QTest.keyClick(found.field, Qt.Key.Key_Return)
    settle(window)
    told = window.message.sentence.text()
    assert told.startswith("You moved W1[0,1] by +0.16290. ")
    assert window.message.offer.text() == "Undo edit"
    window.message.offer.click()
    settle(window)
    assert window.message.sentence.text() == "The edit is taken back; the former run is here again."


def test_an_infinite_number_is_refused_in_the_dialog(window) -> None:
    found = editor(window, "W1", (0, 1))
    found.field.selectAll()
    QTest.keyClicks(found.field, "nan")
    assert "is not finite" in found.trouble.text()
    assert not found.apply.isEnabled()
    QTest.keyClick(found.field, Qt.Key.Key_Return)
    assert found.isVisible()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_a_sheet_has_an_edge_of_its_own(opened, theme) -> None:
    found = sheet(opened(theme=theme), "settings")
    picture = found.grab().toImage()
    edge = {picture.pixelColor(0, y).name() for y in range(picture.height())}
    inside = picture.pixelColor(3, picture.height() // 2).name()
    assert edge == {found.desk.theme.faint.lower()}
    assert inside not in edge


def veiled(window) -> bool:
    return any(veil.isVisible() for veil in window.findChildren(Veil))


def test_the_window_is_paler_behind_a_dialog_until_one_works_there_again(window) -> None:
    before = window.grab().toImage()
    found = sheet(window, "settings")
    assert veiled(window)
    assert window.grab().toImage() != before
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    assert not veiled(window)
    assert found.isVisible()
    found.close()
    settle(window)
    assert not veiled(window)


def test_a_page_that_is_read_beside_the_graph_leaves_the_window_as_it_is(window) -> None:
    sheet(window, "lesson")
    assert not veiled(window)


def test_clicks_go_through_what_makes_the_window_paler(window) -> None:
    sheet(window, "settings")
    spot = window.canvas.mapTo(window, window.canvas.rect().center())
    assert window.childAt(spot) is window.canvas or window.canvas.isAncestorOf(window.childAt(spot))


def test_something_of_the_window_shows_around_a_sheet(window) -> None:
    window.resize(1100, 700)
    window.orders.start("new_expression")
    settle(window)
    (found,) = (each for each in window.findChildren(Sheet) if each.isVisible())
    assert found.width() < window.width()
    assert found.height() < window.height()
