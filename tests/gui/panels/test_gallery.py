"""The gallery shows a card for each sample and opens the one that is chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from graphscope.app.samples import samples
from graphscope.gui.panels.gallery import Gallery
from graphscope.gui.widgets.sample_card import SampleCard

NAMES = [sample.name for sample in samples()]


def show(stage, width: int, height: int) -> Gallery:
    panel = stage.show(Gallery, width, height)
    stage.qtbot.waitUntil(lambda: all(card._drawn for card in cards(panel)))
    stage.qtbot.waitUntil(lambda: not panel._drawing.isActive())
    return panel


@pytest.fixture
def gallery(stage):
    return show(stage, 1000, 700)


@pytest.fixture
def opened(stage) -> list[str]:
    asked: list[str] = []
    stage.desk.open_wanted.connect(asked.append)
    return asked


def cards(panel) -> list[SampleCard]:
    return panel._cards


def test_every_sample_has_a_card_in_teaching_order(gallery):
    assert [card.sample.name for card in cards(gallery)] == NAMES


def test_a_click_opens_the_sample(gallery, opened):
    QTest.mouseClick(cards(gallery)[3], Qt.MouseButton.LeftButton)
    assert opened == [NAMES[3]]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_keys_open_the_sample_that_has_the_focus(gallery, opened, key):
    cards(gallery)[1].setFocus()
    QTest.keyClick(cards(gallery)[1], key)
    assert opened == [NAMES[1]]


def focused(panel) -> int:
    return next(i for i, card in enumerate(cards(panel)) if card is panel.focusWidget())


def walk(panel, *keys: Qt.Key) -> int:
    cards(panel)[0].setFocus()
    for key in keys:
        QTest.keyClick(cards(panel)[focused(panel)], key)
    return focused(panel)


def test_arrows_move_over_the_page(gallery):
    key = Qt.Key
    assert walk(gallery, key.Key_Right, key.Key_Down) == 4
    assert walk(gallery, key.Key_End, key.Key_Up) == len(NAMES) - 4
    assert walk(gallery, key.Key_Left) == 0


def test_arrows_move_along_the_strip_and_bring_the_card_into_sight(stage):
    panel = show(stage, 700, 140)
    last = len(NAMES) - 1
    assert walk(panel, *[Qt.Key.Key_Right] * last) == last
    bar = panel._scroll.horizontalScrollBar()
    assert bar.value() == bar.maximum()


def test_a_low_panel_is_one_row_and_a_high_one_a_page(stage, gallery):
    def rows(panel) -> int:
        return len({card.y() for card in cards(panel)})

    assert rows(gallery) == -(-len(NAMES) // 3)
    assert not gallery._heading.isHidden()
    gallery.resize(1000, 140)
    QApplication.processEvents()
    assert rows(gallery) == 1
    assert gallery._heading.isHidden()


def test_the_wheel_moves_the_strip_sideways(stage, turn):
    panel = show(stage, 600, 140)
    turn(panel._scroll.viewport(), QPoint(100, 50), -1)
    assert panel._scroll.horizontalScrollBar().value() > 0


def test_the_first_three_are_marked_as_a_beginning(gallery):
    assert [bool(card._chip) for card in cards(gallery)] == [True] * 3 + [False] * (len(NAMES) - 3)


def test_each_card_says_what_is_learned_and_how_long_it_takes(gallery, stage):
    card = cards(gallery)[0]
    assert card.accessibleName() == "Open Apple shop"
    assert "5 min" in card.accessibleDescription()
    stage.look(language="ko")
    assert card.accessibleName() == "사과 가게 열기"
    assert "5분" in card.accessibleDescription()


def test_the_button_asks_for_a_file(gallery, stage):
    wanted: list[str] = []
    stage.desk.wanted.connect(wanted.append)
    QTest.mouseClick(gallery._open, Qt.MouseButton.LeftButton)
    assert wanted == ["open"]


def test_every_control_has_a_name(gallery, unnamed):
    assert unnamed(gallery) == []
