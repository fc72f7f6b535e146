"""The model as a tree: everything that the canvas shows, by keyboard and for screen readers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from graphscope.gui.panels.outline import Outline


@pytest.fixture
def outline(stage):
    stage.open()
    return stage.show(Outline, 320, 700)


def names(panel) -> dict[str, list[str]]:
    """What hangs below each top row."""
    top = [panel.tree.topLevelItem(index) for index in range(panel.tree.topLevelItemCount())]
    return {row.text(0): [row.child(index).text(0) for index in range(row.childCount())] for row in top}


def test_values_hang_below_their_modules(outline) -> None:
    listed = names(outline)
    assert listed["hidden"] == ["W1", "b1", "m1", "s1", "h"]
    assert listed["output"] == ["W2", "b2", "m2", "score"]
    assert set(listed) == {"x", "y", "hidden", "output", "loss"}


def test_shapes_are_bound_and_parameters_counted(outline) -> None:
    assert outline._rows["x"].text(2) == "4×2"
    assert outline._rows["W1"].text(1) == "Parameter"
    assert "17" in outline.total.text()


def test_a_row_selects_its_value_everywhere(stage, outline) -> None:
    outline.tree.setFocus()
    outline.tree.setCurrentItem(outline._rows["W1"])
    QTest.keyClick(outline.tree, Qt.Key.Key_Down)
    assert stage.desk.selection.name == "b1"


def test_the_selection_of_others_is_followed(stage, outline) -> None:
    stage.desk.selection.select("h", "gradient")
    assert outline.tree.currentItem().text(0) == "h"
    assert stage.desk.selection.role == "gradient"


def test_enter_asks_for_the_inspector(stage, outline, qtbot) -> None:
    outline.tree.setCurrentItem(outline._rows["W1"])
    outline.tree.setFocus()
    with qtbot.waitSignal(stage.desk.wanted) as wanted:
        QTest.keyClick(outline.tree, Qt.Key.Key_Return)
    assert wanted.args == ["panel_inspector"]


def test_kinds_speak_korean(stage, outline) -> None:
    stage.look(language="ko")
    assert outline._rows["W1"].text(1) == "매개변수"
