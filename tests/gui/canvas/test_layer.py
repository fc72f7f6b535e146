"""Card pixmaps are kept by what they show, and not for ever."""

from __future__ import annotations

from PySide6.QtGui import QPixmap

from graphscope.gui.canvas import layer
from graphscope.gui.canvas.layer import CardStore


def test_a_card_is_drawn_once_for_the_same_numbers_and_anew_for_others(bench) -> None:
    table = bench()
    store, look = CardStore(), table.canvas.look()
    card = table.canvas.stage.picture.home("apples")

    def pixmap():
        return store.pixmap(card, table.canvas.stage.faces().card(card), look, 1.0, 1.0)

    first = pixmap()
    assert pixmap() is first
    table.seek(5)
    assert pixmap() is not first


def test_old_pixmaps_are_dropped_when_there_are_too_many(bench, monkeypatch) -> None:
    table = bench()
    monkeypatch.setattr(layer, "ROOM", 400_000)
    store, look = CardStore(), table.canvas.look()
    picture, faces = table.canvas.stage.picture, table.canvas.stage.faces()
    for card in picture.cards.values():
        for scale in (1.0, 1.1, 1.2):
            store.pixmap(card, faces.card(card), look, scale, 1.0)
    assert store._bytes <= 400_000
    assert len(store._kept) < 27


def test_a_dense_screen_gets_denser_pixmaps_of_the_same_size(bench) -> None:
    table = bench()
    store, look = CardStore(), table.canvas.look()
    card = table.canvas.stage.picture.home("apples")
    face = table.canvas.stage.faces().card(card)
    one, two = store.pixmap(card, face, look, 1.0, 1.0), store.pixmap(card, face, look, 1.0, 2.0)
    assert two.devicePixelRatio() == 2
    assert abs(two.width() - 2 * one.width()) <= 2


def test_a_picture_finer_than_the_screen_is_painted_anew(qapp) -> None:
    still = layer.Layer(CardStore())
    still.pixmap, still._size = QPixmap(400, 300), (400, 300)
    assert still.covers(still.camera, 400, 300, 1.0)
    assert not still.covers(still.camera, 400, 300, 2.0)
