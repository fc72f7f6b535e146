"""Large graphs are laid out beside the window; a newer request replaces an older one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent

import graphscope as gs
from graphscope.gui.canvas import laying
from graphscope.gui.canvas.canvas import Canvas


def chain(length: int):
    g = gs.Builder("chain")
    h = g.input("x", (2,))
    for _ in range(length):
        h = g.call(gs.ops.Tanh(), h)
    g.output(h)
    g.feed({"x": np.ones(2)})
    return g.build()


@pytest.fixture
def everything_is_large(monkeypatch) -> None:
    monkeypatch.setattr(laying, "AT_ONCE", 2)


def test_a_small_graph_is_there_at_once(bench) -> None:
    canvas = bench().canvas
    assert canvas.stage.picture is not None
    assert not canvas._laying.busy


def test_a_large_graph_arrives_later(everything_is_large, bench, qtbot) -> None:
    canvas = bench(chain(20)).canvas
    assert canvas.stage.picture is None
    assert canvas._laying.busy
    qtbot.waitUntil(lambda: canvas.stage.picture is not None, timeout=20_000)
    assert not canvas._laying.busy
    assert canvas.grab().toImage().width() == 1100


def test_the_old_picture_stays_until_the_new_one_is_there(everything_is_large, bench, qtbot) -> None:
    canvas = bench("xor").canvas
    qtbot.waitUntil(lambda: canvas.stage.picture is not None, timeout=20_000)
    before = canvas.stage.picture
    canvas.toggle_group(("hidden",))
    assert canvas.stage.picture is before
    qtbot.waitUntil(lambda: canvas.stage.picture is not before, timeout=20_000)
    assert "group:hidden" in canvas.stage.picture.cards


def test_only_the_newest_request_is_shown(everything_is_large, bench, qtbot) -> None:
    canvas = bench("xor").canvas
    canvas.toggle_group(("hidden",))
    canvas.toggle_group(("output",))
    qtbot.waitUntil(lambda: not canvas._laying.busy, timeout=20_000)
    assert {"group:hidden", "group:output"} <= set(canvas.stage.picture.cards)


def test_closing_calls_the_work_off(everything_is_large, bench) -> None:
    canvas = bench(chain(400)).canvas
    canvas.close()
    assert not canvas._laying.busy


def test_a_deleted_canvas_leaves_no_thread(everything_is_large, qapp) -> None:
    session = gs.open(chain(400))
    canvas = Canvas()
    canvas.set_model(session.model, session.specs)
    work = canvas._laying._thread
    assert work is not None
    assert work.is_alive()
    canvas.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not work.is_alive()
