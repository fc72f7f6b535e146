"""What stands around the graph: the ladder of depths is readable, tells the step, and is clicked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest

from graphscope.gui.widgets.breadcrumb import Crumb
from graphscope.service.requests import DEPTHS
from tests.gui.conftest import settle


def shortened(crumb: Crumb) -> bool:
    """Whether a crumb has less room than what stands on it."""
    room = crumb.width() - 2 * crumb.MARGIN + 1
    return QFontMetrics(crumb._value_font()).horizontalAdvance(crumb._value) > room


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("sample", ["xor", "apple_shop", "digits_cnn"])
def test_nothing_is_shortened_where_there_is_room(opened, sample, language) -> None:
    window = opened(sample, language=language)
    for position in range(0, window.desk.moved.moment.length, 3):
        window.running.seek(position)
        settle(window)
        crumbs = window.header.breadcrumb.crumbs
        assert not {depth: crumb._value for depth, crumb in crumbs.items() if shortened(crumb)}
        pill = window.header.pill
        assert pill.width() >= pill.sizeHint().width()


def test_a_narrow_window_shortens_but_keeps_every_depth(window) -> None:
    window.running.seek(12)
    settle(window)
    window.resize(760, 600)
    settle(window)
    for crumb in window.header.breadcrumb.crumbs.values():
        assert crumb.width() >= crumb.minimumSizeHint().width()
        assert crumb._value in crumb.toolTip()


def test_the_ladder_tells_the_step_that_just_ran_at_each_depth(window) -> None:
    told = {depth: crumb.accessibleName() for depth, crumb in window.header.breadcrumb.crumbs.items()}
    assert told["layer"] == "Layer: xor"
    window.running.seek(12)
    settle(window)
    told = {depth: crumb.accessibleName() for depth, crumb in window.header.breadcrumb.crumbs.items()}
    assert told == {
        "layer": "Layer: output",
        "operation": "Operation: m2 · MatMul",
        "kernel": "Kernel: MatMul.vjp",
        "device": "Device: NumPy · CPU",
    }


def test_a_click_on_a_depth_explains_at_that_depth_and_shows_the_panel(window) -> None:
    window.running.seek(12)
    window.docks.show("explain", shown=False)
    settle(window)
    pages = set()
    for depth in DEPTHS:
        crumb = window.header.breadcrumb.crumbs[depth]
        QTest.mouseClick(crumb, Qt.MouseButton.LeftButton)
        settle(window)
        assert window.desk.depth == depth
        assert [each for each, other in window.header.breadcrumb.crumbs.items() if other.isChecked()] == [
            depth
        ]
        assert window.docks.shown("explain")
        pages.add(window.docks.panel("explain")._page.toPlainText())
    assert len(pages) == 4


def test_the_depth_is_marked_when_a_key_chose_it(window) -> None:
    window.running.seek(12)
    settle(window)
    window.do("into")
    assert window.header.breadcrumb.crumbs["kernel"].isChecked()
    assert not window.header.breadcrumb.crumbs["operation"].isChecked()
