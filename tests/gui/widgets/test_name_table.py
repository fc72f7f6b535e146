"""The table of names shows as much of a cell as there is room for, and tells the rest in a tip."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from graphscope.gui.widgets.name_table import NameTable
from graphscope.model.expression import Declaration
from graphscope.view.palette import THEMES
from graphscope.view.text import Text

LONG = f"[{', '.join(str(n) for n in range(90))}]"


@pytest.fixture
def data(qtbot):
    """The data cell of a name with a lot of data, beside one with little."""
    table = NameTable(THEMES["light"], Text(), (Declaration("x", "input", "90", LONG),))
    qtbot.addWidget(table)
    row = table._made("x")
    for column, widget in enumerate(row.widgets):
        table._grid.addWidget(widget, 1, column)
    table.resize(600, 200)
    with qtbot.waitExposed(table):
        table.show()
    row.data.clearFocus()
    return row.data


def told(field) -> str:
    place = QPoint(20, 10)
    QToolTip.hideText()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, field.mapToGlobal(place))
    QApplication.sendEvent(field, event)
    tip = QToolTip.text()
    QToolTip.hideText()
    return tip


def test_data_without_room_ends_in_an_ellipsis_and_is_told_whole(data) -> None:
    assert data.shown.endswith("…")
    assert data.shown[:-1] == LONG[: len(data.shown) - 1]
    assert "Data of x" in told(data)
    assert ", 89]" in told(data)


def test_the_ellipsis_is_painted_and_goes_while_one_types(data) -> None:
    at_rest = data.grab().toImage()
    data.setText(data.shown)
    assert data.grab().toImage() == at_rest, "it looks as if just that stood in it"
    data.setText(LONG)
    data.setFocus()
    data.end(False)
    assert data.grab().toImage() != at_rest


def test_data_with_room_is_shown_whole_and_needs_no_tip(data) -> None:
    data.setText("[1, 2]")
    assert data.shown == "[1, 2]"
    assert told(data) == ""


def test_guessed_data_without_room_is_told_whole_too(data) -> None:
    data.clear()
    data.setPlaceholderText(LONG)
    assert ", 89]" in told(data)
