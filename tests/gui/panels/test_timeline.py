"""The timeline shows the run as a strip and takes it to wherever its head is dragged."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from graphscope.engine.step import PHASE_OF
from graphscope.gui import fonts
from graphscope.gui.panels.timeline import Timeline
from graphscope.gui.widgets.track import Track
from graphscope.gui.widgets.track_painting import ROOM, ROWS, STOP, fitting, row_top
from graphscope.service.requests import Assign, Failed, Seek
from tests.gui.conftest import settle

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def timeline(stage):
    stage.open()
    return stage.show(Timeline, 1000, 100)


def track(panel) -> Track:
    return panel.findChild(Track)


def middle(panel, step: int) -> QPoint:
    """The middle of a step, given by the position before it."""
    strip, steps = track(panel), panel.desk.moved.steps
    row = ROWS[PHASE_OF[steps[step % len(steps)].kind]]
    return QPoint(round(strip.left + strip.scale.x(step + 0.5)), round(row_top(row) + 8))


def edge(panel, position: int) -> QPoint:
    strip = track(panel)
    return QPoint(round(strip.left + strip.scale.x(position)), 30)


def drag(panel, *positions: int) -> None:
    first, *rest = positions
    QTest.mousePress(track(panel), LEFT, pos=edge(panel, first))
    for position in rest:
        QTest.mouseMove(track(panel), edge(panel, position))
    QTest.mouseRelease(track(panel), LEFT, pos=edge(panel, rest[-1]))


def test_a_clicked_step_has_just_run(timeline, stage):
    QTest.mouseClick(track(timeline), LEFT, pos=middle(timeline, 6))
    stage.wait()
    assert stage.position == 7


def test_a_click_on_the_ruler_goes_to_the_nearest_position(timeline, stage):
    place = edge(timeline, 5)
    QTest.mouseClick(track(timeline), LEFT, pos=QPoint(place.x() + 3, 10))
    stage.wait()
    assert stage.position == 5


def test_dragging_scrubs_and_ends_where_it_is_let_go(timeline, stage):
    drag(timeline, 0, 4, 9, 12)
    stage.wait()
    assert stage.position == 12
    drag(timeline, 12, 8, 3)
    stage.wait()
    assert stage.position == 3


def test_the_head_follows_the_mouse_before_the_answer_is_there(timeline, stage, monkeypatch):
    monkeypatch.setattr(stage.bridge, "ask", lambda _: None)
    QTest.mousePress(track(timeline), LEFT, pos=edge(timeline, 0))
    QTest.mouseMove(track(timeline), edge(timeline, 9))
    assert track(timeline).head == pytest.approx(edge(timeline, 9).x(), abs=1)


def test_the_head_returns_where_a_jump_fails(timeline, stage, monkeypatch):
    monkeypatch.setattr(stage.bridge, "ask", lambda _: None)
    QTest.mouseClick(track(timeline), LEFT, pos=middle(timeline, 6))
    assert track(timeline).head > edge(timeline, 6).x()
    stage.bridge.failed.emit(Failed(Seek(7), ValueError()))  # type: ignore[arg-type]
    assert track(timeline).head == pytest.approx(edge(timeline, 0).x(), abs=1)


def test_the_head_stands_between_the_step_that_ran_and_the_next(timeline, stage):
    stage.seek(12)
    strip = track(timeline)
    assert strip.head == pytest.approx(strip.left + strip.scale.x(12))


def test_the_next_iteration_comes_into_sight_when_the_run_gets_there(timeline, stage):
    stage.seek(45)
    scale = track(timeline).scale
    assert scale.first <= 45 <= scale.last


def test_ctrl_and_the_wheel_zoom_around_the_mouse(timeline, turn):
    strip = track(timeline)
    place = edge(timeline, 6)
    before = strip.scale
    turn(strip, place, 2, Qt.KeyboardModifier.ControlModifier)
    assert strip.scale.step > before.step
    assert edge(timeline, 6).x() == pytest.approx(place.x(), abs=1)


def test_the_wheel_alone_moves_the_strip_and_never_before_the_start(timeline, turn):
    strip = track(timeline)
    turn(strip, edge(timeline, 6), -2)
    assert strip.scale.first > 0
    turn(strip, edge(timeline, 6), 9)
    assert strip.scale.first == 0


def test_zooming_far_out_and_in_keeps_painting(timeline, turn):
    strip = track(timeline)
    for notches in (-30, 60):
        turn(strip, edge(timeline, 2), notches, Qt.KeyboardModifier.ControlModifier)
        assert not strip.grab().isNull()


def test_the_tooltip_names_the_step_and_its_position(timeline, stage):
    place = middle(timeline, 11)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, track(timeline).mapToGlobal(place))
    QApplication.sendEvent(track(timeline), event)
    told = QToolTip.text()
    QToolTip.hideText()
    assert "MatMul backward → ∂L/∂h, ∂L/∂W2" in told
    assert "Iteration 0, step 12: position 12" in told


def test_where_the_run_is_can_be_heard(timeline, stage):
    stage.seek(12)
    assert track(timeline).accessibleName() == "Timeline: step 12 of 19 in iteration 0, Backward"
    stage.look(language="ko")
    assert "19단계 중 12단계" in track(timeline).accessibleName()


def test_what_is_done_next_and_ahead_look_different_without_colour(timeline, stage):
    stage.seek(6)
    stage.seek(4)
    picture = track(timeline).grab().toImage()

    def greys(step: int) -> set[int]:
        place, half = middle(timeline, step), round(track(timeline).scale.step / 2)
        row = range(place.x() - half + 1, place.x() + half)
        return {picture.pixelColor(x, place.y() - 9).lightness() // 8 for x in row} | {
            picture.pixelColor(x, place.y() + 5).lightness() // 8 for x in row
        }

    looks = [frozenset(greys(step)) for step in (2, 4, 5, 7)]  # done, next, known, ahead
    assert len(set(looks)) == 4


def test_problems_are_marked_where_they_happened(timeline, stage):
    stage.seek(2)
    for row in (0, 1):
        stage.ask(Assign("W1", (row, 0), 3e38))
    stage.step(2)
    assert "Inf" in timeline._tooltip(2)
    assert "Inf" not in timeline._tooltip(1)
    marked = track(timeline).grab().toImage().pixelColor(middle(timeline, 2).x(), 21)
    assert marked.name() == stage.desk.theme.alarm


def test_every_control_has_a_name(timeline, unnamed):
    assert unnamed(timeline) == []


@pytest.mark.parametrize("width", range(0, 160, 3))
def test_the_name_of_a_step_is_shown_whole_or_not_at_all(qtbot, width):
    metrics = QFontMetrics(fonts.text_font(11))
    names = ("block.output.weight", "output.weight", "weight")
    shown = fitting(metrics, "▶ ", names, width)
    assert shown in {"", "▶", *names, *(f"▶ {name}" for name in names)}
    assert metrics.horizontalAdvance(shown) <= width


def test_more_of_a_name_is_shown_where_there_is_more_room(qtbot):
    metrics = QFontMetrics(fonts.text_font(11))
    shown = [fitting(metrics, "", ("cross entropy", "CE"), width) for width in (4, 24, 100)]
    assert shown == ["", "CE", "cross entropy"]


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900)])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_step_of_xor_has_its_name_at_usual_sizes(opened, size, language):
    window = opened(language=language)
    window.resize(*size)
    settle(window)
    panel = window.docks.panel("timeline")
    metrics, room = QFontMetrics(fonts.text_font(11)), track(panel).scale.step - 2 - ROOM
    for step in window.desk.moved.steps:
        assert fitting(metrics, "", panel._titles(step), room) == panel._titles(step)[0]


def stop_spot(panel, position: int) -> QPoint:
    strip = track(panel)
    return QPoint(round(strip.left + strip.scale.x(position)), round(STOP))


def stopping(window, qtbot, *texts: str):
    """The timeline of a window with breakpoints, once it shows where they would have stopped."""
    for text in texts:
        window.desk.breakpoint_wanted.emit(text)
    panel = window.docks.panel("timeline")
    qtbot.waitUntil(lambda: bool(track(panel)._stops))
    return panel


def position(window) -> int:
    return window.desk.moved.moment.position


def test_a_click_on_where_a_breakpoint_would_have_stopped_goes_there(window, qtbot):
    window.running.seek(19)
    settle(window)
    panel = stopping(window, qtbot, "node:m1")
    for stop in (14, 2):
        QTest.mouseClick(track(panel), LEFT, pos=stop_spot(panel, stop) + QPoint(4, 0))
        settle(window)
        assert position(window) == stop


def test_a_click_on_a_breakpoint_goes_there_also_where_steps_are_narrow(window, qtbot, turn):
    window.running.seek(19 * 40)
    settle(window)
    panel = stopping(window, qtbot, "iteration:20")
    turn(track(panel), QPoint(round(track(panel).head), 40), -20, Qt.KeyboardModifier.ControlModifier)
    spot = stop_spot(panel, 380)
    assert track(panel).rect().contains(spot)
    QTest.mouseClick(track(panel), LEFT, pos=spot + QPoint(-5, 0))
    settle(window)
    assert position(window) == 380


def test_where_breakpoints_would_have_stopped_is_marked_and_told(window, qtbot):
    window.running.seek(19)
    settle(window)
    panel = stopping(window, qtbot, "node:m1")
    seen = track(panel).grab().toImage()
    assert seen.pixelColor(stop_spot(panel, 14)).name() == window.desk.theme.alarm
    assert "node:m1 stops a run here, at position 14" in track(panel)._tip(stop_spot(panel, 14).toPointF())
    assert "MatMul backward" in track(panel)._tip(QPointF(stop_spot(panel, 14) + QPoint(12, 20)))
    QTest.mouseMove(track(panel), stop_spot(panel, 14))
    assert track(panel).cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseMove(track(panel), stop_spot(panel, 14) + QPoint(12, 20))
    assert track(panel).cursor().shape() == Qt.CursorShape.ArrowCursor


def test_a_breakpoint_that_is_removed_or_disabled_leaves_the_timeline(window, qtbot):
    window.running.seek(19)
    settle(window)
    panel = stopping(window, qtbot, "node:m1", "node:m2")
    qtbot.waitUntil(lambda: set(track(panel)._stops) == {2, 14, 5, 11})
    window.desk.breakpoint_switched.emit("node:m1", False)
    qtbot.waitUntil(lambda: set(track(panel)._stops) == {5, 11})
    window.desk.breakpoint_wanted.emit("node:m2")
    qtbot.waitUntil(lambda: not track(panel)._stops)


def test_the_marks_follow_the_run(window, qtbot):
    window.running.seek(10)
    settle(window)
    panel = stopping(window, qtbot, "node:m1")
    assert set(track(panel)._stops) == {2}
    window.running.seek(19)
    qtbot.waitUntil(lambda: set(track(panel)._stops) == {2, 14})
    window.settings["language"] = "ko"
    qtbot.waitUntil(lambda: "위치 14" in track(panel)._stops[14].told)
