"""The list of breakpoints: what it shows, and what it wants done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from graphscope.debug import breakpoints
from graphscope.errors import Sentence
from graphscope.gui.panels.breakpoints import BreakpointsPanel, completions
from graphscope.service.tasks.breakpoints import BreakpointTold
from tests.gui.panels.conftest import press


def told(text: str, **facts) -> BreakpointTold:
    point = breakpoints.read(text)
    made = BreakpointTold(str(point.place), breakpoints.told(point), point.condition, point.enabled)
    return replace(made, **facts)


@pytest.fixture
def panel(stage) -> BreakpointsPanel:
    stage.open()
    made = stage.show(BreakpointsPanel, 360, 500)
    stage.desk.set_breakpoints(
        (
            told("nan"),
            told(
                "node:m2 if loss > 1",
                hits=2,
                past=Sentence("would not have stopped in the {of} steps so far", of=9),
            ),
            told("off group:hidden"),
            told("node:m9", problem=Sentence("there is nothing named “{name}”", name="m9")),
        )
    )
    return made


@pytest.fixture
def wanted(stage) -> list[object]:
    """What the panel wants: texts to toggle, or (text, whether enabled)."""
    found: list[object] = []
    stage.desk.breakpoint_wanted.connect(found.append)
    stage.desk.breakpoint_switched.connect(lambda text, on: found.append((text, on)))
    return found


def test_each_row_tells_where_under_which_condition_and_how_often(panel) -> None:
    rows = [(row.where.text(), row.condition.text(), row.hits.text()) for row in panel.rows]
    assert rows == [
        ("first NaN or infinite number", "", ""),
        ("operation m2", "if loss > 1", "2 hits"),
        ("entering the group hidden", "", ""),
        ("operation m9", "", ""),
    ]
    assert [row.enabled.isChecked() for row in panel.rows] == [True, True, False, True]
    assert panel.rows[1].past.text() == "would not have stopped in the 9 steps so far"
    assert panel.rows[3].past.text() == "there is nothing named “m9”"


def test_it_speaks_korean(stage, panel) -> None:
    stage.look(language="ko")
    assert panel.rows[1].where.text() == "연산 m2"
    assert panel.rows[1].hits.text() == "2회"
    assert panel.add.text() == "추가"


def test_the_box_switches_and_the_cross_removes(panel, wanted) -> None:
    panel.rows[1].enabled.click()
    panel.rows[2].remove.click()
    assert wanted == [("node:m2 if loss > 1", False), "group:hidden"]


def test_delete_removes_the_row_that_has_the_keyboard_but_not_the_one_on_nan(panel, wanted) -> None:
    panel.rows[2].enabled.setFocus()
    press(panel.rows[2].enabled, Qt.Key.Key_Delete)
    panel.rows[0].enabled.setFocus()
    press(panel.rows[0].enabled, Qt.Key.Key_Delete)
    assert wanted == ["group:hidden"]
    assert not panel.rows[0].remove.isVisible()


def test_a_typed_breakpoint_is_wanted(panel, wanted) -> None:
    QTest.keyClicks(panel.line, "op:Tanh if loss > 2")
    press(panel.line, Qt.Key.Key_Return)
    assert wanted == ["op:Tanh if loss > 2"]
    assert panel.line.text() == ""


def test_one_that_is_there_already_stays(panel, wanted) -> None:
    panel.line.setText("group:hidden")
    panel.add.click()
    assert wanted == []


@pytest.mark.parametrize(
    ("text", "expected"), [("nonsense", "no breakpoint"), ("node:m2 if loss >", "column 7")]
)
def test_what_is_wrong_is_told_below_the_line_until_it_is_changed(panel, wanted, text, expected) -> None:
    panel.line.setText(text)
    panel.add.click()
    assert panel.trouble.isVisible()
    assert expected in panel.trouble.text()
    assert (wanted, panel.line.text()) == ([], text)
    QTest.keyClicks(panel.line, "x")
    assert not panel.trouble.isVisible()


def test_editing_puts_the_new_one_in_place_of_the_old(panel, wanted) -> None:
    panel.rows[1].edit.click()
    assert (panel.line.text(), panel.add.text()) == ("node:m2 if loss > 1", "Replace")
    panel.line.setText("node:m2 if loss > 2")
    panel.add.click()
    assert wanted == ["node:m2 if loss > 1", "node:m2 if loss > 2"]
    assert panel.add.text() == "Add"


def test_escape_leaves_editing(panel, wanted) -> None:
    panel.rows[1].edit.click()
    press(panel.line, Qt.Key.Key_Escape)
    assert (panel.line.text(), panel.add.text(), wanted) == ("", "Add", [])


def test_the_keyboard_stays_where_it_was_while_numbers_change(stage, panel) -> None:
    panel.rows[2].enabled.setFocus()
    stage.desk.set_breakpoints(stage.desk.breakpoints)
    assert panel.rows[2].enabled.hasFocus()


def test_everything_that_can_be_completed_is_a_breakpoint_of_the_model(stage) -> None:
    from graphscope.app import opening
    from graphscope.debug import matching

    stage.open("digits_cnn")
    listed = completions(stage.desk.opened)
    assert "op:Conv2d" in listed
    assert 'if norm(grad("conv 1.weight")) > 10' in listed
    with opening.open("digits_cnn") as session:
        for text in listed:
            matching.checked(breakpoints.read(text), session)
    assert completions(None) == []


def test_every_control_has_a_name(panel, unnamed) -> None:
    assert unnamed(panel) == []
