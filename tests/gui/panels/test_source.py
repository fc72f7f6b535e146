"""The code of the model: its lines follow the run and the selection, and lead to both."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from graphscope.errors import Sentence
from graphscope.gui.panels.source import Source
from graphscope.model.expression import EXAMPLES
from graphscope.service.requests import Close, Open
from graphscope.service.tasks.breakpoints import BreakpointTold
from tests.gui.panels.conftest import press

LINES = Path("sample_models/xor/model.py").read_text(encoding="utf-8").splitlines()
"""The program of the sample, as it is written."""


def line_of(text: str) -> int:
    """The number of the line that begins so."""
    return next(number for number, line in enumerate(LINES, 1) if line.strip().startswith(text))


def click(panel, number: int) -> None:
    place = panel.view.place(number)
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, place.center().y()))


@pytest.fixture
def source(stage):
    stage.open()
    return stage.show(Source, 480, 700)


def test_the_program_is_shown_as_it_is_written_and_as_layers(stage, source) -> None:
    assert source.view.toPlainText().splitlines() == LINES
    assert [source.tabs.tabText(place) for place in range(2)] == ["model.py", "As layers"]
    source.tabs.setCurrentIndex(1)
    assert 'Dense(4, activation="tanh")(x)' in source.view.toPlainText()


def test_the_lines_of_the_last_and_of_the_next_step_are_marked(stage, source) -> None:
    assert (source.view.marks.here, source.view.marks.ahead) == (None, line_of("x = "))
    stage.step(3)
    marks = source.view.marks
    assert (marks.here, marks.sign, marks.back) == (line_of("m1 = "), "●", False)
    assert (marks.ahead, marks.ahead_sign) == (line_of("s1 = "), "○")
    stage.seek(10)
    marks = source.view.marks
    assert (marks.sign, marks.ahead_sign, marks.back) == ("◆", "◇", True)


def test_the_same_line_is_marked_on_the_way_back_and_an_update_marks_its_parameter(stage, source) -> None:
    stage.seek(16)
    assert source.view.marks.ahead == line_of("b1 = ")
    last = stage.desk.moved.moment.last
    assert (last.kind, last.value, source.view.marks.here) == ("update", "W1", line_of("W1 = "))
    assert source.view.marks.sign == "⟳"


def test_a_click_on_a_line_selects_what_it_makes(stage, source) -> None:
    click(source, line_of("m1 = "))
    assert stage.desk.selection.name == "m1"
    click(source, line_of("W2 = "))
    assert stage.desk.selection.name == "W2"


def test_a_click_on_a_line_that_makes_nothing_leaves_the_selection(stage, source) -> None:
    click(source, line_of("m1 = "))
    click(source, line_of("def build"))
    assert stage.desk.selection.name == "m1"


def test_more_clicks_go_through_all_that_a_line_makes(stage, source) -> None:
    source.tabs.setCurrentIndex(1)
    dense = source.code.of_node["m1"]
    seen = []
    for _ in range(6):
        click(source, dense)
        seen.append(stage.desk.selection.name)
    assert seen == ["h", "s1", "m1", "b1", "W1", "h"]


def test_dragging_over_a_line_selects_text_and_nothing_else(stage, source) -> None:
    y = source.view.place(line_of("m1 = ")).center().y()
    area = source.view.viewport()
    QTest.mousePress(area, Qt.MouseButton.LeftButton, pos=QPoint(60, y))
    QTest.mouseMove(area, QPoint(160, y))
    QTest.mouseRelease(area, Qt.MouseButton.LeftButton, pos=QPoint(160, y))
    assert stage.desk.selection.name is None


def test_what_is_selected_elsewhere_shows_its_line(stage, source) -> None:
    source.resize(480, 160)
    stage.desk.selection.select("score")
    number = line_of("score = ")
    assert source.view.marks.chosen == number
    assert source.view.line == number
    assert source.view.viewport().rect().contains(source.view.place(number).center())


def test_the_line_of_each_step_comes_into_sight(stage, source) -> None:
    source.resize(480, 160)
    for _ in range(19):
        stage.step()
        here = source.view.marks.here
        assert here is None or source.view.viewport().rect().contains(source.view.place(here).center())


def test_the_line_of_the_first_step_is_in_sight_when_a_model_opens(stage, source) -> None:
    source.resize(480, 120)
    stage.open("digits_cnn")
    number = source.view.marks.ahead
    assert number == 16
    assert source.view.viewport().rect().contains(source.view.place(number).center())


def test_the_keyboard_chooses_lines_and_selects_what_they_make(stage, source) -> None:
    source.view.setFocus()
    assert source.view.line == line_of("x = "), "where the next step is"
    press(source.view, Qt.Key.Key_Down, line_of("h = ") - line_of("x = "))
    assert source.view.line == line_of("h = ")
    press(source.view, Qt.Key.Key_Return)
    assert stage.desk.selection.name == "h"
    press(source.view, Qt.Key.Key_Up)
    press(source.view, Qt.Key.Key_Enter)
    assert stage.desk.selection.name == "s1"


def test_the_keys_of_steps_work_while_the_code_has_the_keyboard(stage, source, qtbot) -> None:
    wanted: list[str] = []
    stage.desk.wanted.connect(wanted.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Space):
        press(source.view, key)
    assert wanted == ["step", "back", "play"]


def test_another_model_brings_other_code_and_none_brings_none(stage, source) -> None:
    stage.open("fan_out")
    assert "square = (x * x)" in source.view.toPlainText()
    stage.ask(Close())
    assert source.view.toPlainText() == ""
    assert source.view.placeholderText() == "Choose a model: its code will stand here."
    assert not source.tabs.isVisible()


def test_layers_stay_preferred_for_the_next_model(stage, source) -> None:
    QTest.mouseClick(source.tabs, Qt.MouseButton.LeftButton, pos=source.tabs.tabRect(1).center())
    stage.open("digits_cnn")
    assert source.tabs.currentIndex() == 1
    assert "Conv2d(8, 3" in source.view.toPlainText()


def test_a_model_without_a_program_is_shown_as_layers_alone(stage, source) -> None:
    program = (
        "import graphscope as gs\ng = gs.Builder('typed')\ng.loss(-g.parameter('p', 1.0))\nmodel = g.build()"
    )
    place: dict[str, object] = {}
    exec(compile(program, "<typed>", "exec"), place)
    stage.ask(Open(place["model"]))  # type: ignore[arg-type]
    assert not source.tabs.isVisible()
    assert source.view.toPlainText() == "p = Parameter(1)\n\nneg = -p"


def test_a_model_that_was_typed_is_shown_as_it_was_typed(stage, source, wanted) -> None:
    stage.ask(Open(EXAMPLES[0].source))
    assert [source.tabs.tabText(place) for place in range(2)] == ["As typed", "As layers"]
    assert source.view.toPlainText() == EXAMPLES[0].source.text
    click_beside(source, 1)
    assert wanted == ["line:<expression>:1"]


def test_a_panel_that_nobody_sees_asks_for_nothing(stage) -> None:
    stage.open()
    panel = Source(stage.desk)
    stage.step()
    assert panel.view.toPlainText() == ""
    panel.deleteLater()


def test_words_and_colours_change_while_it_is_open(stage, source) -> None:
    stage.step(3)
    light = source.view.grab().toImage()
    stage.look(language="ko", theme="dark")
    assert source.tabs.tabText(1) == "층으로 보기"
    assert source.view.accessibleName() == "소스 코드"
    assert source.view.grab().toImage() != light


def test_screen_readers_hear_what_everything_is(stage, source, unnamed) -> None:
    assert not unnamed(source)


def test_signs_that_end_a_line_for_qt_alone_do_not_move_the_lines(stage, source) -> None:
    source.view.set_code("a = '\u2028\u2029'\nb = 1\n")
    assert source.view.document().findBlockByNumber(1).text() == "b = 1"


def test_the_pointer_over_a_line_points_at_all_that_it_makes(stage, source) -> None:
    pointed: list[tuple[str, ...]] = []
    stage.desk.pointed.connect(pointed.append)
    source.tabs.setCurrentIndex(1)
    dense = source.view.place(source.code.of_node["h"]).center()
    QTest.mouseMove(source.view.viewport(), QPoint(60, dense.y()))
    assert pointed[-1] == ("W1", "b1", "m1", "s1", "h")
    source.view.point_at(0)
    assert pointed[-1] == ()


# ---- breakpoints -------------------------------------------------------------------------------------------


def told(text: str, *, enabled: bool = True) -> BreakpointTold:
    return BreakpointTold(text, Sentence("{text}", text=text), "", enabled=enabled)


@pytest.fixture
def wanted(stage) -> list[str]:
    heard: list[str] = []
    stage.desk.breakpoint_wanted.connect(heard.append)
    return heard


def click_beside(panel, number: int) -> None:
    place = panel.view.place(number)
    QTest.mouseClick(panel.view.gutter, Qt.MouseButton.LeftButton, pos=QPoint(8, place.center().y()))


def test_a_click_beside_a_line_wants_a_breakpoint_there(source, wanted) -> None:
    number = line_of("m1 = ")
    click_beside(source, number)
    assert wanted == [f"line:model.py:{number}"]


def test_f9_wants_a_breakpoint_at_the_line_that_the_keyboard_is_on(source, wanted) -> None:
    source.view.go_to(line_of("x = "))
    press(source.view, Qt.Key.Key_F9)
    assert wanted == ["value:x"]


def test_beside_a_line_that_makes_nothing_there_is_none(source, wanted) -> None:
    click_beside(source, line_of("def build"))
    assert wanted == []


def test_a_click_takes_away_what_is_there(stage, source, wanted) -> None:
    stage.desk.set_breakpoints((told("node:m1"), told("nan")))
    assert source.view.marks.stops == {line_of("m1 = ")}
    click_beside(source, line_of("m1 = "))
    assert wanted == ["node:m1"]


def test_a_breakpoint_that_is_switched_off_is_hollow(stage, source) -> None:
    stage.desk.set_breakpoints((told("node:m1", enabled=False), told("node:h")))
    marks = source.view.marks
    assert (marks.stops, marks.idle) == ({line_of("h = ")}, {line_of("m1 = ")})
    assert stage.desk.theme.alarm in colours_beside(source, line_of("h = "))


def test_breakpoints_that_were_set_while_nobody_looked_are_there_at_the_next_look(stage, source) -> None:
    source.hide()
    stage.desk.set_breakpoints((told("node:m1"),))
    assert source.view.marks.stops == frozenset()
    source.show()
    assert source.view.marks.stops == {line_of("m1 = ")}


def test_setting_a_breakpoint_does_not_scroll(stage, source) -> None:
    stage.step(3)
    source.resize(480, 160)
    source.view.verticalScrollBar().setValue(0)
    stage.desk.set_breakpoints((told("node:h"),))
    assert source.view.verticalScrollBar().value() == 0


def test_a_tip_beside_a_line_tells_its_breakpoints_or_how_to_set_one(stage, source) -> None:
    stage.desk.set_breakpoints((told("node:m1 if loss > 1"),))
    assert "node:m1 if loss &gt; 1" in source.view.tip(line_of("m1 = "))
    assert "Stop at this line (F9)" in source.view.tip(line_of("h = "))
    assert "No step belongs to this line" in source.view.tip(line_of("def build"))


def colours_beside(panel, number: int) -> set[str]:
    picture = panel.view.gutter.grab().toImage()
    place = panel.view.place(number)
    return {
        picture.pixelColor(x, y).name()
        for x in range(20)
        for y in range(place.top(), place.bottom())
        if y >= 0
    }
