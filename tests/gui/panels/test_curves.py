"""The training curves show what has run, tell its numbers, and lead to where one clicks."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from graphscope.debug.free_run import Goal
from graphscope.gui.panels.curves import TrainingCurves
from graphscope.service.requests import Assign, Failed, Undo
from graphscope.service.tasks.curves import SeekIteration
from graphscope.service.tasks.free_run import FreeRun

LEFT = Qt.MouseButton.LeftButton
STEPS = 19


@pytest.fixture
def panel(stage):
    stage.open()
    return stage.show(TrainingCurves, 1000, 260)


def run(stage, iterations: int) -> None:
    stage.ask(FreeRun(Goal(iterations=iterations)))
    drawn(stage)


def drawn(stage) -> None:
    """Until what came is drawn."""
    stage.wait()
    QTest.qWait(20)
    stage.wait()


def place(plot, iteration: float) -> QPoint:
    return QPoint(round(plot.x_of(iteration)), plot.paper.height() // 2)


def click(plot, iteration: float) -> None:
    QTest.mouseClick(plot.paper, LEFT, pos=place(plot, iteration))


def legend(panel) -> dict[str, str]:
    items = [panel.legend.topLevelItem(row) for row in range(panel.legend.topLevelItemCount())]
    return {item.text(0): item.text(1) for item in items}


def drawn_loss(panel) -> np.ndarray:
    """The numbers of the curve that is drawn."""
    return panel.loss._strokes[-1].values


def test_before_anything_is_finished_it_says_what_it_is_for(panel, stage):
    assert panel._empty.isVisible()
    wanted: list[str] = []
    stage.desk.wanted.connect(wanted.append)
    panel._start.click()
    assert wanted == ["free_run"]


def test_it_draws_every_iteration_of_the_session(panel, stage):
    run(stage, 40)
    assert len(drawn_loss(panel)) == 40
    assert drawn_loss(panel)[-1] == pytest.approx(stage.desk.moved.moment.loss)
    assert set(legend(panel)) == {"W1", "b1", "W2", "b2"}


def test_iterations_that_were_stepped_through_are_drawn_too(panel, stage):
    stage.seek(3 * STEPS + 4)
    drawn(stage)
    assert len(drawn_loss(panel)) == 3


def test_rows_come_while_nobody_looks_and_are_drawn_when_somebody_does(panel, stage):
    panel.hide()
    run(stage, 30)
    assert panel.loss._strokes == ()
    panel.show()
    drawn(stage)
    assert len(drawn_loss(panel)) == 30


def test_a_panel_that_is_first_seen_late_knows_the_whole_run(stage):
    stage.open()
    run(stage, 30)
    late = stage.show(TrainingCurves, 1000, 260)
    drawn(stage)
    assert len(drawn_loss(late)) == 30


def test_the_cursor_is_where_the_run_is(panel, stage):
    run(stage, 20)
    assert panel.loss._cursor.value() == 19
    stage.seek(5 * STEPS)
    assert panel.loss._cursor.value() == panel.norms._cursor.value() == 4
    stage.step(3)
    assert 4 < panel.loss._cursor.value() < 5


def test_a_click_goes_to_the_end_of_the_iteration(panel, stage):
    run(stage, 20)
    click(panel.loss, 7)
    stage.wait()
    assert stage.position == 8 * STEPS
    click(panel.norms, 12)
    stage.wait()
    assert stage.position == 13 * STEPS


def test_dragging_scrubs_and_ends_where_it_is_let_go(panel, stage):
    run(stage, 20)
    paper = panel.loss.paper
    QTest.mousePress(paper, LEFT, pos=place(panel.loss, 3))
    for iteration in (5, 9, 14):
        QTest.mouseMove(paper, place(panel.loss, iteration))
    QTest.mouseRelease(paper, LEFT, pos=place(panel.loss, 14))
    stage.wait()
    assert stage.position == 15 * STEPS


def test_the_cursor_follows_the_mouse_before_the_answer_is_there_and_returns_where_it_fails(
    panel, stage, monkeypatch
):
    run(stage, 20)
    monkeypatch.setattr(stage.bridge, "ask", lambda _: None)
    click(panel.loss, 6)
    assert panel.loss._cursor.value() == 6
    stage.bridge.failed.emit(Failed(SeekIteration(6), ValueError()))  # type: ignore[arg-type]
    assert panel.loss._cursor.value() == 19


def test_beyond_the_last_iteration_a_click_goes_to_its_end(panel, stage):
    run(stage, 5)
    stage.seek(0)
    click(panel.loss, 9)
    stage.wait()
    assert stage.position == 5 * STEPS


def test_the_numbers_at_the_cursor_are_told_and_below_the_mouse_its_own(panel, stage):
    run(stage, 20)
    assert "iteration 19" in panel.told.text()
    norm = legend(panel)["W1"]
    QTest.mouseMove(panel.loss.paper, place(panel.loss, 4))
    assert "iteration 4" in panel.told.text()
    assert legend(panel)["W1"] != norm
    assert panel.loss._ghost.isVisible()
    QApplication.sendEvent(panel.loss.paper, QEvent(QEvent.Type.Leave))
    assert "iteration 19" in panel.told.text()
    assert legend(panel)["W1"] == norm


def test_a_name_in_the_legend_hides_its_curve_and_shows_it_again(panel, stage):
    run(stage, 20)
    assert len(panel.norms._strokes) == 4
    panel.legend.itemClicked.emit(panel.legend.topLevelItem(1), 0)
    assert len(panel.norms._strokes) == 3
    panel.legend.itemClicked.emit(panel.legend.topLevelItem(1), 0)
    assert len(panel.norms._strokes) == 4


def test_groups_have_the_norm_of_all_their_gradients(panel, stage):
    run(stage, 20)
    norms = stage.desk.curves.pages.norms
    panel.sorting.setCurrentIndex(1)
    assert list(legend(panel)) == ["hidden", "output"]
    both = np.hypot(norms["W1"], norms["b1"])
    assert np.allclose(panel.norms._strokes[0].values, both)


def test_the_loss_has_two_scales(panel, stage):
    run(stage, 20)
    low, high = panel.loss._plot.viewRange()[1]
    panel.scale.setCurrentIndex(0)
    assert panel.loss._plot.viewRange()[1] != [low, high]
    assert panel.loss._plot.viewRange()[1][0] <= min(drawn_loss(panel))


def test_the_wheel_zooms_and_a_double_click_shows_the_whole_run(panel, stage, turn):
    run(stage, 200)
    whole = panel.loss._plot.viewRange()[0]
    turn(panel.loss.paper, place(panel.loss, 50), 5)
    near = panel.loss._plot.viewRange()[0]
    assert near[1] - near[0] < 0.6 * (whole[1] - whole[0])
    assert near[0] < 50 < near[1]
    assert panel.norms._plot.viewRange()[0] == near
    QTest.mouseDClick(panel.loss.paper, LEFT, pos=place(panel.loss, 50))
    assert panel.loss._plot.viewRange()[0] == whole


def test_a_restless_curve_is_drawn_pale_with_its_means(panel, stage):
    stage.open("digits_softmax")
    run(stage, 700)
    assert panel.loss.calm == panel.norms.calm > 1
    assert str(panel.loss.calm) in panel.note.text()


def test_a_long_smooth_curve_is_drawn_as_it_is(panel, stage):
    run(stage, 800)
    assert panel.loss.calm == 1
    assert panel.note.text() == ""


# ---- branches ----------------------------------------------------------------------------------------------


def test_after_an_edit_the_former_curve_stays_beside_the_new_one(panel, stage):
    run(stage, 20)
    before = drawn_loss(panel).copy()
    stage.seek(10 * STEPS)
    stage.ask(Assign("W1", (0, 0), 2.0))
    run(stage, 8)
    assert len(drawn_loss(panel)) == 18
    assert np.array_equal(drawn_loss(panel)[:10], before[:10])
    assert not np.array_equal(drawn_loss(panel)[10:18], before[10:18])
    assert np.array_equal(panel.loss._strokes[0].values, before)


def test_taking_an_edit_back_brings_the_curve_back(panel, stage):
    run(stage, 20)
    before = drawn_loss(panel).copy()
    stage.seek(10 * STEPS)
    stage.ask(Assign("W1", (0, 0), 2.0))
    run(stage, 3)
    stage.ask(Undo())
    drawn(stage)
    assert np.array_equal(drawn_loss(panel), before)


def test_another_model_begins_with_nothing(panel, stage):
    run(stage, 20)
    stage.open("apple_shop")
    drawn(stage)
    assert panel._empty.isVisible()
    run(stage, 5)
    assert len(drawn_loss(panel)) == 5
    assert "W1" not in legend(panel)


# ---- looks -------------------------------------------------------------------------------------------------


def test_it_takes_words_and_colours_from_the_desk(panel, stage):
    run(stage, 20)
    stage.look(language="ko", theme="dark")
    assert panel._titles[1].text() == "기울기 노름"
    assert "반복 19" in panel.told.text()
    assert panel.loss._strokes[-1].colour == stage.desk.theme.accent


def test_a_narrow_panel_has_one_plot_below_the_other(panel, stage):
    run(stage, 5)
    assert panel.loss.mapTo(panel, QPoint()).y() == panel.norms.mapTo(panel, QPoint()).y()
    panel.resize(500, 500)
    drawn(stage)
    assert panel.loss.mapTo(panel, QPoint()).y() < panel.norms.mapTo(panel, QPoint()).y()


def test_it_paints_in_every_theme(panel, stage):
    run(stage, 600)
    for theme in ("light", "dark", "contrast"):
        stage.look(theme=theme)
        colours = {panel.norms.paper.grab().toImage().pixelColor(x, 100).name() for x in range(80, 300)}
        assert len(colours) > 3


def test_every_control_has_a_name(panel, stage, unnamed):
    run(stage, 5)
    assert unnamed(panel) == []
