"""The dialogs over the window, with real keys: palette, finders, editing, settings, and what helps."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTextBrowser

from graphscope.gui.dialogs.about import About
from graphscope.gui.dialogs.controls import ChoiceBox
from graphscope.gui.dialogs.edit_value import EditValue
from graphscope.gui.dialogs.finder import Finder
from graphscope.gui.dialogs.keys import KeysSheet
from graphscope.gui.dialogs.lesson import Lesson
from graphscope.gui.dialogs.settings import SettingsSheet
from graphscope.gui.dialogs.tour import Tour
from tests.gui.conftest import position, settle


def field_of(found: Finder) -> QLineEdit:
    field = found.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    return field


def finder(window, command: str, typed: str) -> Finder:
    """The finder that a command opens, with something typed into it."""
    window.do(command)
    found = window.findChild(Finder)
    assert found is not None
    field = field_of(found)
    if typed.isascii():
        QTest.keyClicks(field, typed)
    else:
        field.insert(typed)  # an input method commits whole syllables, which have no keys
    settle(window)
    return found


def accept(window, found) -> None:
    QTest.keyClick(field_of(found), Qt.Key.Key_Return)
    settle(window)


def test_the_palette_finds_a_command_by_a_few_letters_and_does_it(window) -> None:
    accept(window, finder(window, "palette", "nxph"))
    assert position(window) == 2


def test_the_palette_understands_both_languages_in_a_korean_window(opened) -> None:
    window = opened(language="ko")
    accept(window, finder(window, "palette", "다음 국면"))
    assert position(window) == 2
    accept(window, finder(window, "palette", "next phase"))
    assert position(window) == 8


def test_the_palette_closes_with_escape(window) -> None:
    found = finder(window, "palette", "x")
    QTest.keyClick(field_of(found), Qt.Key.Key_Escape)
    assert not found.isVisible()


@pytest.mark.parametrize(("typed", "expected"), [("12", 12), ("tanh", 5), ("25", 25)])
def test_a_step_is_found_by_number_and_by_name(window, typed, expected) -> None:
    window.running.seek(19)
    settle(window)
    accept(window, finder(window, "go_to_step", typed))
    assert position(window) == expected


def test_a_value_is_found_and_selected(window) -> None:
    accept(window, finder(window, "find", "W2"))
    assert window.desk.selection.name == "W2"


def edit(window, typed: str) -> EditValue:
    window.desk.selection.select("W1", "value", (0, 1))
    settle(window)
    window.do("edit_value")
    settle(window)
    dialog = window.findChild(EditValue)
    assert dialog is not None
    field = dialog.focusWidget()
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(window)
    return dialog


def test_an_edited_number_changes_what_follows_and_is_taken_back(window) -> None:
    window.running.seek(2)
    settle(window)
    before = window.desk.moved.moment.values["W1"].cells.copy()
    edit(window, "0.75")
    assert window.desk.moved.moment.values["W1"].cells[0, 1] == 0.75
    assert window.orders["undo_edit"].isEnabled()
    window.do("step")
    settle(window)
    window.do("undo_edit")
    settle(window)
    assert (window.desk.moved.moment.values["W1"].cells == before).all()


def test_what_is_no_number_is_refused_in_the_dialog(window) -> None:
    dialog = edit(window, "much")
    assert dialog.isVisible()
    told = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert any("“much” is no number" in text for text in told)
    dialog.close()


def sheet(window, command: str, kind: type):
    window.do(command)
    settle(window)
    found = window.findChild(kind)
    assert found is not None
    assert found.isVisible()
    return found


def test_settings_apply_at_once(window) -> None:
    found = sheet(window, "settings", SettingsSheet)
    boxes = {box.accessibleName(): box for box in found.findChildren(ChoiceBox)}
    boxes["Theme"].setFocus()
    QTest.keyClick(boxes["Theme"], Qt.Key.Key_End)
    settle(window)
    assert window.desk.theme.name == "contrast"
    found.close()


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("command", "kind"), [("about", About), ("keys", KeysSheet), ("help", Tour), ("lesson", Lesson)]
)
def test_what_helps_opens_in_both_languages_and_closes_with_escape(opened, language, command, kind) -> None:
    window = opened(language=language)
    found = sheet(window, command, kind)
    QTest.keyClick(found, Qt.Key.Key_Escape)
    settle(window)
    assert window.findChild(kind) is None


def test_the_lesson_of_the_sample_is_shown(window) -> None:
    found = sheet(window, "lesson", Lesson)
    assert "∂L/∂h[1,2] = −0.16474" in found.findChild(QTextBrowser).toPlainText()


def test_about_names_the_licences_and_copies_diagnostics(window, qtbot) -> None:
    found = sheet(window, "about", About)
    told = " ".join(label.text() for label in found.findChildren(QLabel))
    for licence in ("MIT", "LGPL", "OFL"):
        assert licence in told
    QApplication.clipboard().clear()
    found.copy.click()
    qtbot.waitUntil(lambda: "numpy" in QApplication.clipboard().text(), timeout=20_000)


def test_a_value_is_copied_as_numpy(window, qtbot) -> None:
    window.desk.selection.select("b1")
    settle(window)
    window.do("copy_numpy")
    qtbot.waitUntil(lambda: QApplication.clipboard().text().startswith("np.array([0., 0., 0., 0.]"))
