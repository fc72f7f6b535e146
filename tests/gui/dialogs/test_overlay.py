"""A card above the window: it has the keyboard to itself while it is there, and gives it back."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from graphscope.gui.dialogs.edit_value import EditValue
from graphscope.gui.dialogs.finder import Finder
from graphscope.gui.dialogs.overlay import Overlay
from tests.gui.conftest import position, settle


def opened(window, command: str, kind: type[Overlay] = Finder):
    window.canvas.setFocus()
    window.orders.start(command)
    settle(window)
    found = window.findChild(kind)
    assert found is not None
    return found


def test_keys_of_the_window_do_nothing_behind_it(window) -> None:
    found = opened(window, "palette")
    before = position(window)
    for key in (Qt.Key.Key_F10, Qt.Key.Key_F5, Qt.Key.Key_Right, Qt.Key.Key_F1):
        QTest.keyClick(window.focusWidget(), key)
    settle(window)
    assert position(window) == before
    assert found.isVisible()
    assert len(window.findChildren(Overlay)) == 1


def test_escape_gives_the_keyboard_back_to_the_graph(window) -> None:
    found = opened(window, "go_to_step")
    assert isinstance(window.focusWidget(), QLineEdit)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert not found.isVisible()
    assert window.focusWidget() is window.canvas


def test_a_click_beside_the_card_closes_it_and_one_on_it_does_not(window) -> None:
    found = opened(window, "palette")
    QTest.mouseClick(found.card, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert found.isVisible()
    QTest.mouseClick(found, Qt.MouseButton.LeftButton, pos=QPoint(10, found.height() - 10))
    assert not found.isVisible()


def test_tab_stays_within_the_card(window) -> None:
    window.running.seek(2)
    settle(window)
    window.desk.selection.select("W1", "value", (0, 1))
    settle(window)
    found = opened(window, "edit_value", EditValue)
    seen = set()
    for _ in range(6):
        focus = window.focusWidget()
        assert found.isAncestorOf(focus)
        seen.add(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert {type(each) for each in seen} == {QLineEdit, QPushButton}
    assert len(seen) == 4
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)


def test_it_follows_the_size_of_the_window(window) -> None:
    found = opened(window, "palette")
    window.resize(760, 520)
    settle(window)
    assert found.size() == window.size()
    assert found.rect().contains(found.card.geometry())


def test_it_closes_when_words_or_colours_change(window) -> None:
    found = opened(window, "palette")
    window.settings["language"] = "ko"
    assert not found.isVisible()
