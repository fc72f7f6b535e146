"""An operation with bodies is one card in the window until it is opened, and is laid out as its steps decide."""

from __future__ import annotations

from graphscope.service.requests import Move, Seek
from graphscope.view.frames import frame_groups
from tests.engine.framed import until
from tests.gui.conftest import settle


def test_a_loop_begins_as_one_card_and_its_trips_come_as_they_are_decided(opened) -> None:
    window = opened(until())
    assert ("loop",) in frame_groups(window.desk.graph)
    assert ("loop",) in window.canvas.stage.collapsed
    before = window.desk.graph
    window.bridge.ask(Move("next_iteration"))
    settle(window)
    assert window.desk.graph is not before
    trips = {scope for scope in frame_groups(window.desk.graph) if len(scope) == 2}
    assert len(trips) > 1
    assert trips <= window.canvas.stage.collapsed
    assert "group:loop" in window.canvas.stage.picture.structure.by_key
    window.canvas.toggle_group(("loop",))
    settle(window)
    assert "group:loop/loop[0]" in window.canvas.stage.picture.structure.by_key
    window.bridge.ask(Seek(0))
    settle(window)
    assert window.desk.moved.moment.position == 0


def test_a_step_passes_a_folded_loop_as_if_it_were_one_operation(opened) -> None:
    window = opened(until())
    window.bridge.ask(Seek(6))
    settle(window)
    folded = window.canvas.stage.collapsed
    window.bridge.ask(Move("step", folded))
    settle(window)
    assert window.desk.moved.moment.last.node == "loop"
    assert window.desk.moved.moment.values["loop"] is not None
    window.bridge.ask(Move("back", folded))
    settle(window)
    assert window.desk.moved.moment.position == 6
