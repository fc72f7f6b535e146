"""The inspector shows every number of what is selected, as colours, as digits and as facts."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QSlider

from graphscope.gui.panels.inspector import LOWEST, Inspector
from graphscope.gui.widgets import heat_painting
from graphscope.gui.widgets.facts import COLUMNS
from graphscope.gui.widgets.heat_map import HeatMap, Matrix
from graphscope.service.requests import Assign
from graphscope.view.palette import THEMES, signed

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def inspector(stage):
    stage.open()
    return stage.show(Inspector, 340, 640)


def cells(panel):
    matrix = heat(panel)._matrix
    assert matrix is not None
    return matrix.cells


def heat(panel) -> HeatMap:
    return panel._map


def center(panel, row: int, column: int) -> QPoint:
    grid = heat(panel).grid
    assert grid is not None
    return grid.box(row, column).center().toPoint()


def select(stage, *arguments) -> None:
    stage.desk.selection.select(*arguments)
    stage.wait()


def words(panel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible() and label.text()]


def fact(panel, caption: str) -> str:
    labels = panel._facts._labels
    return next(text.text() for name, text in labels if name.text() == caption)


def test_it_shows_what_the_step_that_just_ran_has_made(inspector, stage):
    stage.seek(5)
    assert inspector._name.text() == "h"
    assert np.array_equal(cells(inspector), stage.desk.moved.moment.values["h"].cells)
    stage.seek(13)
    assert inspector._name.text() == "∂L/∂s1"
    assert inspector._tab == "gradient"


def test_the_selection_comes_first(inspector, stage):
    stage.seek(13)
    select(stage, "W1", "value")
    assert inspector._name.text() == "W1"
    assert fact(inspector, "Shape") == "2×4"


def test_a_click_on_a_cell_selects_the_element(inspector, stage):
    stage.seek(13)
    select(stage, "h", "gradient")
    QTest.mouseClick(heat(inspector).viewport(), LEFT, pos=center(inspector, 1, 2))
    selection = stage.desk.selection
    assert (selection.name, selection.role, selection.index) == ("h", "gradient", (1, 2))
    stage.wait()
    assert inspector._note.text().startswith("Element [1,2] is −0.16")


def test_arrows_move_the_chosen_cell_and_stop_at_the_border(inspector, stage):
    stage.seek(13)
    select(stage, "h", "value", (0, 0))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(heat(inspector), key)
        stage.wait()
    assert stage.desk.selection.index == (0, 1)


def test_the_index_of_a_vector_has_one_number(inspector, stage):
    stage.seek(5)
    select(stage, "b1", "value")
    QTest.mouseClick(heat(inspector).viewport(), LEFT, pos=center(inspector, 0, 2))
    assert stage.desk.selection.index == (2,)


def test_a_single_number_is_told_with_all_its_digits(inspector, stage):
    stage.seek(8)
    assert float(inspector._note.text()) == pytest.approx(stage.desk.moved.moment.loss, rel=1e-7)


def test_the_other_tab_shows_the_other_side_of_the_same_value(inspector, stage):
    stage.seek(13)
    select(stage, "h", "gradient")
    inspector._tabs.setCurrentIndex(0)
    stage.wait()
    assert (stage.desk.selection.name, stage.desk.selection.role) == ("h", "value")
    assert inspector._name.text() == "h"


@pytest.mark.parametrize(
    ("sample", "position", "selected", "told"),
    [
        ("xor", 5, ("h", "gradient"), "press F7"),
        ("xor", 3, ("h", "value"), "has run"),
        ("digits_cnn", 28, ("label", "gradient"), "whole numbers"),
        ("xor", 0, None, "Select a value"),
    ],
)
def test_where_there_are_no_numbers_it_says_why(stage, sample, position, selected, told):
    stage.open(sample)
    panel = stage.show(Inspector, 340, 640)
    stage.seek(position)
    if selected:
        select(stage, *selected)
    assert any(told in text for text in words(panel))
    assert heat(panel)._matrix is None


def test_nothing_open_is_said_in_words(stage):
    assert any("Open a model" in text for text in words(stage.show(Inspector)))


def test_sliders_choose_the_plane_of_an_image(stage):
    stage.open("digits_cnn")
    panel = stage.show(Inspector, 340, 640)
    stage.seek(5)
    select(stage, "conv 2.weight", "value")
    sliders = [each for each in panel.findChildren(QSlider) if each.isVisible()]
    assert len(sliders) == 2
    before = cells(panel).copy()
    sliders[0].setValue(3)
    stage.wait()
    assert not np.array_equal(cells(panel), before)
    QTest.mouseClick(heat(panel).viewport(), LEFT, pos=center(panel, 1, 1))
    assert stage.desk.selection.index == (3, 0, 1, 1)


def test_an_element_selected_elsewhere_brings_its_plane(stage):
    stage.open("digits_cnn")
    panel = stage.show(Inspector, 340, 640)
    stage.seek(5)
    select(stage, "conv 2.weight", "value", (4, 2, 0, 1))
    assert panel._axes.plane == (4, 2)
    assert heat(panel)._chosen == (0, 1)


def test_numbers_that_are_none_are_counted_and_told(inspector, stage):
    stage.seek(2)
    stage.ask(Assign("W1", (0, 2), float("nan")))
    stage.seek(3)
    assert fact(inspector, "NaN") == "4"
    assert "NaN" in str(heat_painting.texts(cells(inspector), 72, signs=True))


def test_an_edit_is_seen_although_the_position_stays(inspector, stage):
    stage.seek(5)
    select(stage, "h", "value", (0, 0))
    stage.ask(Assign("h", (0, 0), 0.25))
    assert inspector._note.text() == "Element [0,0] is 0.25"


def test_the_tooltip_has_every_digit_and_the_bits(inspector, stage):
    stage.seek(5)
    number = cells(inspector)[3, 2]
    told = inspector._tooltip(3, 2)
    assert "h[3,2]" in told
    assert float(number).hex().replace("-", "−") in told


def test_a_histogram_needs_many_numbers_and_room(inspector, stage):
    stage.seek(5)
    assert inspector._histogram.isVisible()
    select(stage, "b1", "value")
    assert not inspector._histogram.isVisible()
    select(stage, "h", "value")
    inspector.resize(340, 360)
    assert not inspector._histogram.isVisible()


def test_a_low_panel_leaves_the_room_to_the_numbers(inspector, stage):
    stage.seek(4)

    def told(panel: Inspector) -> int:
        return sum(not text.isHidden() for _, text in panel._facts._labels)

    assert told(inspector) > COLUMNS
    assert told(stage.show(Inspector, 340, LOWEST - 1)) == COLUMNS


def test_what_is_kept_for_backward_is_listed_and_leads_there(inspector, stage):
    stage.seek(5)
    select(stage, "h", "value")
    inspector._tabs.setCurrentIndex(2)
    stage.wait()
    kept = inspector._kept
    assert {kept.topLevelItem(row).text(0) for row in range(kept.topLevelItemCount())} == {"s1", "h"}
    kept.setCurrentItem(kept.topLevelItem(0))
    QTest.keyClick(kept, Qt.Key.Key_Return)
    assert stage.desk.selection.name == "s1"


def test_a_parameter_keeps_nothing_and_says_so(inspector, stage):
    stage.seek(5)
    select(stage, "W1", "value")
    inspector._tabs.setCurrentIndex(2)
    stage.wait()
    assert any("not made by a node" in text for text in words(inspector))


def test_korean_words_come_at_once(inspector, stage):
    stage.seek(5)
    stage.look(language="ko")
    assert fact(inspector, "모양") == "4×4"


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_colours_are_those_of_the_palette(theme):
    table = heat_painting.table(theme)
    for share in (-1.0, -0.5, 0.0, 1.0):
        row = heat_painting.shades(np.array(share), 1.0)
        red, green, blue = table[int(row)]
        expected = signed(THEMES[theme], round(share * 255) / 255)
        assert f"#{red:02x}{green:02x}{blue:02x}" == expected


def test_signs_are_written_and_not_only_coloured():
    told = heat_painting.texts(np.array([[0.5, -0.25, 0.0]]), 60, signs=True)[0]
    assert [text.strip()[0] for text in told] == ["+", "−", "0"]


def test_small_cells_show_no_numbers_until_zoomed(qtbot, turn):
    shown = HeatMap(lambda row, column: "")
    qtbot.addWidget(shown)
    shown.resize(300, 300)
    shown.show()
    shown.set_matrix(Matrix(np.linspace(-1, 1, 64 * 64).reshape(64, 64)))
    assert shown.grid is not None
    assert shown.grid.width < heat_painting.LEGIBLE
    turn(shown.viewport(), QPoint(150, 150), 12, Qt.KeyboardModifier.ControlModifier)
    assert shown.grid.width >= heat_painting.LEGIBLE
    before = shown.grid.cell(150, 150)
    turn(shown.viewport(), QPoint(150, 150), -1, Qt.KeyboardModifier.ControlModifier)
    assert shown.grid.cell(150, 150) == before
    assert not shown.grab().isNull()


def test_every_control_has_a_name(inspector, stage, unnamed):
    stage.seek(5)
    assert unnamed(inspector) == []
