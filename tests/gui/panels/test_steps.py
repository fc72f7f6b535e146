"""The steps as a tree: where we are, and a click that goes anywhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from graphscope.engine.step import Step
from graphscope.gui.panels import steps as module
from graphscope.gui.panels.steps import NAME, NORM, POSITION, SHAPE, TIME, Steps
from graphscope.gui.widgets.tree import MANY, Row
from graphscope.service.requests import Assign, Seek


@pytest.fixture
def steps(stage):
    stage.open()
    return stage.show(Steps, 320, 900)


def text(panel, row: Row, column: int = NAME) -> str:
    return panel.model.cell(row, column).text


def row_of(panel, words: str) -> Row:
    return next(row for row in panel.model.rows if words in text(panel, row))


def position(panel, words: str) -> str:
    return text(panel, row_of(panel, words), POSITION)


def click(panel, words: str) -> None:
    area = panel.tree.visualRect(panel.model.place(row_of(panel, words), NAME))
    place = QPoint(area.left() + 20, area.center().y())
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_phases_groups_and_steps_are_rows(steps) -> None:
    phases = [row for row in steps.model.rows if row.above.above is None]
    assert [text(steps, row)[3:] for row in phases] == ["Prepare", "Forward", "Backward", "Update"]
    hidden = row_of(steps, "hidden")
    assert [text(steps, row) for row in hidden.below] == ["MatMul → m1", "Add → s1", "Tanh → h"]
    assert text(steps, hidden.below[0], SHAPE) == "4×4"


def test_a_click_goes_to_after_the_step(stage, steps) -> None:
    click(steps, "Tanh → h")
    stage.wait()
    assert stage.position == 5
    assert position(steps, "Tanh → h") == "▶ 5"
    assert position(steps, "MatMul → m2") == "▷ 6"


def test_a_group_leads_to_the_state_after_its_last_step(stage, steps) -> None:
    click(steps, "hidden")
    stage.wait()
    assert stage.position == 5


def test_a_phase_leads_to_its_end(stage, steps) -> None:
    click(steps, "Backward")
    stage.wait()
    assert stage.position == 15


def test_the_triangle_of_a_group_folds_it_and_goes_nowhere(stage, steps) -> None:
    area = steps.tree.visualRect(steps.model.place(row_of(steps, "hidden"), NAME))
    place = QPoint(area.left() - 8, area.center().y())
    QTest.mouseClick(steps.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    stage.wait()
    assert not steps.tree.isExpanded(steps.model.place(row_of(steps, "hidden")))
    assert stage.position == 0


def test_a_folded_group_is_marked_for_the_steps_in_it(stage, steps) -> None:
    hidden = row_of(steps, "hidden")
    steps.tree.collapse(steps.model.place(hidden))
    stage.seek(4)
    assert steps.tree.currentIndex().internalId() == hidden.number
    assert position(steps, "hidden") == "▶ 5"
    assert not steps.tree.isExpanded(steps.model.place(hidden))


def test_the_step_that_just_ran_is_bold_and_current(stage, steps) -> None:
    stage.seek(12)
    row = row_of(steps, "MatMul backward → ∂L/∂h")
    assert steps.tree.currentIndex().internalId() == row.number
    font = steps.model.cell(row, NAME).font
    assert font is not None
    assert font.bold() or font.weight() >= 600


def test_enter_on_a_row_goes_there(stage, steps) -> None:
    steps.tree.setCurrentIndex(steps.model.place(row_of(steps, "Add → s1"), NAME))
    steps.tree.setFocus()
    QTest.keyClick(steps.tree, Qt.Key.Key_Return)
    stage.wait()
    assert stage.position == 4


def test_typing_searches_the_names_and_steps_nowhere(stage, steps) -> None:
    steps.tree.setCurrentIndex(steps.model.place(row_of(steps, "Take the data"), POSITION))
    QTest.keyClicks(steps.tree, "tanh")
    assert steps.tree.currentIndex().internalId() == row_of(steps, "Tanh → h").number
    assert stage.position == 0


def test_in_the_second_iteration_a_click_stays_in_it(stage, steps) -> None:
    stage.seek(25)
    assert position(steps, "Add → s1") == "23"
    click(steps, "Tanh → h")
    stage.wait()
    assert stage.position == 24


def test_the_next_iteration_keeps_what_is_folded(stage, steps) -> None:
    steps.tree.collapse(steps.model.place(row_of(steps, "hidden")))
    stage.seek(25)
    assert not steps.tree.isExpanded(steps.model.place(row_of(steps, "hidden")))


def test_norms_are_those_of_the_moment(stage, steps) -> None:
    row = row_of(steps, "Tanh → h")
    assert text(steps, row, NORM) == ""
    stage.seek(5)
    assert float(text(steps, row, NORM)) == pytest.approx(stage.desk.moved.moment.values["h"].norm, rel=1e-4)
    stage.ask(Assign("h", (0, 0), 100.0))
    assert float(text(steps, row, NORM)) > 100


def test_every_step_that_ran_has_its_time_where_there_is_room(stage) -> None:
    stage.open()
    panel = stage.show(Steps, 480, 900)
    stage.seek(7)
    told = [text(panel, row, TIME) for row in panel.model.rows if row.key.step]
    assert all(time.endswith("s") for time in told[:7])
    assert told[7:] == [""] * len(told[7:])


def test_a_narrow_tree_leaves_out_norms_and_times(steps) -> None:
    assert steps.tree.isColumnHidden(NORM)
    assert steps.tree.isColumnHidden(TIME)
    steps.resize(480, 900)
    assert not steps.tree.isColumnHidden(TIME)


def test_the_tooltip_tells_what_there_is_no_room_for(stage, steps) -> None:
    stage.seek(5)
    told = steps.model.tip(row_of(steps, "Tanh → h"))
    assert "Position 5" in told
    assert "Norm: 1.9" in told


def test_titles_speak_korean(stage, steps) -> None:
    stage.look(language="ko")
    assert row_of(steps, "순전파").below
    assert row_of(steps, "W1 갱신")


def test_a_screen_reader_hears_the_state_of_a_row(stage, steps) -> None:
    stage.seek(5)
    place = steps.model.place(row_of(steps, "Tanh → h"))
    assert place.data(Qt.ItemDataRole.AccessibleTextRole).startswith("Tanh → h, just ran, 4×4")


def test_groups_within_groups_are_rows_within_rows() -> None:
    scopes = [("a",), ("a", "b"), ("a", "b"), ("a",), (), ("c",)]
    listed = [Step("forward", 0, node=f"n{place}", scope=scope) for place, scope in enumerate(scopes)]
    top = module.rows(listed).below[0]
    assert [(row.key.scope, row.key.first, row.key.last, row.key.step) for row in top.all()] == [
        (("a",), 0, 3, False),
        (("a",), 0, 0, True),
        (("a", "b"), 1, 2, False),
        (("a", "b"), 1, 1, True),
        (("a", "b"), 2, 2, True),
        (("a",), 3, 3, True),
        ((), 4, 4, True),
        (("c",), 5, 5, False),
        (("c",), 5, 5, True),
    ]


def test_a_long_iteration_opens_with_its_phases_only(steps) -> None:
    listed = [Step("forward", 0, node=f"n{place}", scope=("a",)) for place in range(MANY + 1)]
    steps.tree.refill(module.rows(listed))
    groups = [row for row in steps.model.rows if row.key.scope and not row.key.step]
    assert not steps.tree.isExpanded(steps.model.place(groups[0]))


def test_another_model_shows_other_steps(stage, steps) -> None:
    stage.seek(5)
    stage.open("apple_shop")
    assert row_of(steps, "Update apple_price")
    stage.ask(Seek(3))
    assert stage.position == 3


def test_every_control_has_a_name(steps, unnamed) -> None:
    assert unnamed(steps) == []


def test_a_panel_that_is_first_shown_late_brings_the_step_and_the_next_into_sight(stage) -> None:
    stage.open()
    stage.seek(13)
    panel = stage.show(Steps, 300, 300)
    shown = panel.tree.viewport().rect()
    for words in ("Tanh backward", "Add backward → ∂L/∂m1"):
        place = panel.model.place(row_of(panel, words), NAME)
        assert shown.contains(panel.tree.visualRect(place).center())
