"""Panels in their docks: one that nobody sees does no work, takes no key, and catches up when it is seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar

from tests.gui.conftest import settle


def tabs(window) -> QTabBar:
    """The bar that switches between the docks which lie on one another."""
    (bar,) = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return bar


def told(panel) -> list[str]:
    """The facts that a panel is told from now on."""
    heard: list[str] = []
    panel.show_moved = lambda: heard.append("moved")
    return heard


def test_a_panel_behind_another_rests_until_its_tab_is_chosen(opened) -> None:
    window = opened(layout="debug")
    window.docks.show("outline")
    window.docks.show("steps")
    settle(window)
    heard = told(window.docks.panel("outline"))
    for _ in range(3):
        window.do("step")
        settle(window)
    assert heard == []
    bar = tabs(window)
    assert bar.accessibleName() == "Panels"
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    settle(window)
    assert heard == ["moved"]
    assert not window.docks.panel("steps").isEnabled()


def test_a_hidden_panel_catches_up_when_it_is_shown_again(window) -> None:
    heard = told(window.docks.panel("explain"))
    window.do("panel_explain")
    for _ in range(2):
        window.do("step")
        settle(window)
    assert heard == []
    window.do("panel_explain")
    settle(window)
    assert heard == ["moved"]


def test_a_floating_panel_works_on_any_screen(window) -> None:
    dock = window.docks._docks["explain"]
    heard = told(window.docks.panel("explain"))
    dock.setFloating(True)
    dock.move(-2000, 100)
    window.do("step")
    settle(window)
    assert heard == ["moved"]
    window.do("reset_layout")
    settle(window)
    assert not dock.isFloating()


def test_the_bar_of_tabs_takes_no_key_while_it_is_empty(window) -> None:
    assert tabs(window).focusPolicy() == Qt.FocusPolicy.NoFocus
    window.do("layout_debug")
    settle(window)
    assert tabs(window).focusPolicy() == Qt.FocusPolicy.TabFocus


def test_the_graph_gets_the_height_of_a_panel_that_goes(window) -> None:
    before = window.canvas.height()
    window.do("panel_curves")
    settle(window)
    assert window.canvas.height() < before
    window.do("panel_curves")
    settle(window)
    assert window.canvas.height() == before


def test_the_training_curves_stand_above_the_timeline(window):
    window.docks.show("curves")
    settle(window)
    curves, timeline = dict(window.docks)["curves"], dict(window.docks)["timeline"]
    assert curves.geometry().bottom() <= timeline.geometry().top()
    assert curves.width() == timeline.width()


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (1024, 700)])
def test_the_training_curves_leave_most_of_the_height_to_the_graph(opened, size):
    window = opened()
    window.resize(*size)
    settle(window)
    before = window.canvas.height()
    window.do("panel_curves")
    settle(window)
    assert window.canvas.height() > 0.6 * before
    assert dict(window.docks)["curves"].height() < 0.3 * window.height()


def test_a_graph_that_was_fitted_is_fitted_anew_beside_the_training_curves(opened):
    window = opened("digits_cnn")
    window.do("fit")
    settle(window)
    window.do("panel_curves")
    settle(window)
    shown, bounds = window.canvas.camera, window.canvas.stage.picture.bounds
    assert shown.to_screen(bounds.x, bounds.y)[1] >= 0
    assert shown.to_screen(bounds.right, bounds.bottom)[1] <= window.canvas.height()


def test_the_curves_have_room_beside_each_other_in_a_narrow_window(opened):
    window = opened()
    window.resize(1024, 700)
    window.do("panel_curves")
    window.do("next_iteration")
    settle(window)
    panel = window.docks.panel("curves")
    assert min(plot.width() for plot in (panel.loss, panel.norms)) > 200


def test_the_height_that_a_user_gave_a_panel_stays(window):
    window.docks.show("curves")
    settle(window)
    dock = dict(window.docks)["curves"]
    window.resizeDocks([dock], [300], Qt.Orientation.Vertical)
    settle(window)
    window.docks.show("curves")
    window.docks.show("steps")
    settle(window)
    assert dock.height() == 300
