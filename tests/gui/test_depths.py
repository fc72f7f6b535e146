"""The ladder of depths: the same step, or what is selected, as layer, operation, kernel and device."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from graphscope.service.requests import DEPTHS
from tests.gui.conftest import position, press, settle

MARKS = {
    "layer": "The layer output is made of operations",
    "operation": "∂L/∂h = ∂L/∂m2 · W2",
    "kernel": "Calls of the kernel to the array library numpy",
    "device": "smart cores",
}


def explained(window) -> str:
    settle(window)
    return window.docks.panel("explain")._page.plain_text()


@pytest.fixture
def backward(window):
    """XOR after the backward of the second matrix product."""
    window.running.seek(12)
    settle(window)
    return window


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_click_on_the_ladder_explains_the_step_at_that_depth(backward, depth) -> None:
    QTest.mouseClick(backward.header.breadcrumb.crumbs[depth], Qt.MouseButton.LeftButton)
    text = explained(backward)
    assert MARKS[depth] in text
    assert backward.desk.depth == depth
    assert [each for each, crumb in backward.header.breadcrumb.crumbs.items() if crumb.isChecked()] == [depth]
    assert not [mark for each, mark in MARKS.items() if each != depth and mark in text]


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_depth_stays_while_stepping_and_for_what_is_selected(backward, depth) -> None:
    backward.desk.set_depth(depth)
    press(backward, Qt.Key.Key_Right)
    stepped = explained(backward)
    assert stepped.count("Tanh") or depth in ("layer", "device")
    backward.desk.selection.select("h", "gradient", (1, 2))
    assert MARKS[depth] in explained(backward)
    assert position(backward) == 13


def test_the_ladder_opens_the_explanation_where_it_is_hidden(backward) -> None:
    backward.docks.show("explain", shown=False)
    QTest.mouseClick(backward.header.breadcrumb.crumbs["layer"], Qt.MouseButton.LeftButton)
    assert backward.docks.shown("explain")
    assert MARKS["layer"] in explained(backward)


def test_the_ladder_works_with_the_keyboard(backward) -> None:
    crumb = backward.header.breadcrumb.crumbs["kernel"]
    crumb.setFocus()
    QTest.keyClick(crumb, Qt.Key.Key_Space)
    assert MARKS["kernel"] in explained(backward)
    assert not backward.running.playing


def test_the_ladder_names_what_stands_at_each_depth_now(backward) -> None:
    told = {depth: crumb.accessibleName() for depth, crumb in backward.header.breadcrumb.crumbs.items()}
    assert told == {
        "layer": "Layer: output",
        "operation": "Operation: m2 · MatMul",
        "kernel": "Kernel: MatMul.vjp",
        "device": "Device: NumPy · CPU",
    }
