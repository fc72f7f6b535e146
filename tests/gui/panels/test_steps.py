"""The steps as a tree: where we are, and a click that goes anywhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem

from graphscope.gui.panels.steps import Steps


@pytest.fixture
def steps(stage):
    stage.open()
    return stage.show(Steps, 320, 900)


def top(panel) -> list[QTreeWidgetItem]:
    listed = (panel.tree.topLevelItem(index) for index in range(panel.tree.topLevelItemCount()))
    return [row for row in listed if row is not None]


def rows(panel) -> list[QTreeWidgetItem]:
    found: list[QTreeWidgetItem] = []
    waiting = list(reversed(top(panel)))
    while waiting:
        found.append(waiting.pop())
        waiting += reversed(below(found[-1]))
    return found


def below(row: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    listed = (row.child(index) for index in range(row.childCount()))
    return [each for each in listed if each is not None]


def row_of(panel, words: str) -> QTreeWidgetItem:
    return next(row for row in rows(panel) if words in row.text(0))


def click(panel, row: QTreeWidgetItem) -> None:
    place = panel.tree.visualItemRect(row).center()
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))


def test_phases_groups_and_steps_are_rows(steps) -> None:
    assert [row.text(0)[3:] for row in top(steps)] == ["Prepare", "Forward", "Backward", "Update"]
    hidden = row_of(steps, "hidden")
    assert [row.text(0) for row in below(hidden)] == ["MatMul → m1", "Add → s1", "Tanh → h"]
    assert below(hidden)[0].text(1) == "4×4"


def test_a_click_goes_to_after_the_step(stage, steps) -> None:
    click(steps, row_of(steps, "Tanh → h"))
    stage.wait()
    assert stage.position == 5
    assert row_of(steps, "Tanh → h").text(0) == "▶ Tanh → h"
    assert row_of(steps, "MatMul → m2").text(0) == "▷ MatMul → m2"


def test_a_group_leads_to_the_state_after_its_last_step(stage, steps) -> None:
    click(steps, row_of(steps, "hidden"))
    stage.wait()
    assert stage.position == 5


def test_a_phase_leads_to_its_end(stage, steps) -> None:
    click(steps, row_of(steps, "Backward"))
    stage.wait()
    assert stage.position == 15


def test_enter_on_a_row_goes_there(stage, steps) -> None:
    steps.tree.setCurrentItem(row_of(steps, "Add → s1"))
    steps.tree.setFocus()
    QTest.keyClick(steps.tree, Qt.Key.Key_Return)
    stage.wait()
    assert stage.position == 4


def test_in_the_second_iteration_a_click_stays_in_it(stage, steps) -> None:
    stage.seek(25)
    click(steps, row_of(steps, "Tanh → h"))
    stage.wait()
    assert stage.position == 24


def test_titles_speak_korean(stage, steps) -> None:
    stage.look(language="ko")
    assert row_of(steps, "순전파").childCount()
    assert row_of(steps, "W1 갱신")
