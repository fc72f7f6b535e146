"""The model as a tree: everything that the canvas shows, by keyboard and for screen readers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from graphscope.graph.graph import Value
from graphscope.graph.spec import TensorSpec
from graphscope.gui.panels.outline import COUNT, KIND, NAME, SHAPE, Outline, short
from graphscope.gui.widgets.tree import Row
from graphscope.service.requests import Close


@pytest.fixture
def outline(stage):
    stage.open()
    return stage.show(Outline, 320, 700)


def text(panel, row: Row, column: int = NAME) -> str:
    return panel.model.cell(row, column).text


def row_of(panel, name: str) -> Row:
    return panel._listed[name]


def module_of(panel, name: str) -> Row:
    return next(row for row in panel.model.rows if row.key.value is None and row.key.scope[-1] == name)


def test_values_hang_below_their_modules(outline) -> None:
    top = [row for row in outline.model.rows if row.above.above is None]
    assert [text(outline, row) for row in top] == ["x", "y", "hidden", "output", "loss"]
    below = {text(outline, row): [text(outline, each) for each in row.below] for row in top}
    assert below["hidden"] == ["W1", "b1", "m1", "s1", "h"]
    assert below["output"] == ["W2", "b2", "m2", "score"]


def test_shapes_are_bound_and_numbers_counted(outline) -> None:
    assert text(outline, row_of(outline, "x"), SHAPE) == "4×2"
    assert text(outline, row_of(outline, "x"), COUNT) == "8"
    assert text(outline, row_of(outline, "W1"), KIND) == "Parameter"
    assert text(outline, module_of(outline, "hidden"), COUNT) == "12"
    assert outline.total.text().startswith("17 ")


def test_a_row_selects_its_value_everywhere(stage, outline) -> None:
    outline.tree.setFocus()
    outline.tree.show_row(row_of(outline, "W1"))
    QTest.keyClick(outline.tree, Qt.Key.Key_Down)
    assert stage.desk.selection.name == "b1"


def test_a_click_selects_whichever_column_it_hits(stage, outline) -> None:
    area = outline.tree.visualRect(outline.model.place(row_of(outline, "h"), COUNT))
    QTest.mouseClick(outline.tree.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    assert stage.desk.selection.name == "h"


def test_the_selection_of_others_is_followed(stage, outline) -> None:
    stage.desk.selection.select("h", "gradient", (1, 2))
    assert outline.tree.currentIndex().internalId() == row_of(outline, "h").number
    assert (stage.desk.selection.role, stage.desk.selection.index) == ("gradient", (1, 2))
    stage.desk.selection.clear()
    assert not outline.tree.currentIndex().isValid()


def test_the_selection_in_a_folded_module_marks_the_module(stage, outline) -> None:
    hidden = module_of(outline, "hidden")
    outline.tree.collapse(outline.model.place(hidden))
    stage.desk.selection.select("h", "value")
    assert outline.tree.currentIndex().internalId() == hidden.number
    assert stage.desk.selection.name == "h"


def test_enter_asks_for_the_inspector(stage, outline, qtbot) -> None:
    outline.tree.show_row(row_of(outline, "W1"))
    outline.tree.setFocus()
    with qtbot.waitSignal(stage.desk.wanted) as wanted:
        QTest.keyClick(outline.tree, Qt.Key.Key_Return)
    assert wanted.args == ["inspect"]


def test_typing_searches_the_names(stage, outline) -> None:
    QTest.keyClicks(outline.tree, "sc")
    assert stage.desk.selection.name == "score"


def test_kinds_speak_korean(stage, outline) -> None:
    stage.look(language="ko")
    assert text(outline, row_of(outline, "W1"), KIND) == "매개변수"


def test_a_screen_reader_hears_what_a_row_holds_now(stage, outline) -> None:
    place = outline.model.place(row_of(outline, "loss"))
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert place.data(spoken) == "loss, Value, scalar, not computed yet"
    stage.seek(9)
    assert place.data(spoken) == "loss, Value, scalar, 0.81081, gradient 1"


def test_the_kind_is_written_out_where_there_is_room(outline) -> None:
    assert outline.tree.isColumnHidden(KIND)
    outline.resize(440, 700)
    assert not outline.tree.isColumnHidden(KIND)


@pytest.mark.parametrize(
    ("name", "scope", "shown"),
    [
        ("conv 1.weight", ("conv 1",), "weight"),
        ("a.b.weight", ("a", "b"), "weight"),
        ("b.weight", ("a", "b"), "weight"),
        ("weight", ("a",), "weight"),
        ("a.", ("a",), "a."),
    ],
)
def test_a_name_does_not_repeat_its_module(name, scope, shown) -> None:
    assert short(Value(name, TensorSpec(), scope=scope)) == shown


def test_closing_the_model_empties_it(stage, outline) -> None:
    stage.ask(Close())
    assert not outline.model.rows
    assert outline.total.text() == ""


def test_every_control_has_a_name(outline, unnamed) -> None:
    assert unnamed(outline) == []
