"""Opening and closing groups changes no order, and what was worked out before is not worked out again."""

from __future__ import annotations

import pytest

from graphscope.view.layout import Layered, Layout, Path
from graphscope.view.layout import layered as layered_module
from graphscope.view.layout.plan import make_plan
from tests.view.layout.checks import check
from tests.view.layout.graphs import Sketch, transformer

ATTENTION: tuple[Path, ...] = tuple((f"layer {block}", "attention") for block in range(3))
LAYERS: tuple[Path, ...] = tuple((f"layer {block}",) for block in range(3))


def _lay(engine: Layered, *closed: Path) -> Layout:
    request = transformer(3, closed).request()
    layout = engine.layout(request)
    check(request, layout)
    return layout


def _order(layout: Layout) -> list[str]:
    """What stands on the outermost level, from left to right and from top to bottom."""
    places = {path[0]: frame for path, frame in layout.groups.items() if len(path) == 1}
    outer = {"ids", "mask", "head", "layer 0", "layer 1", "layer 2"}
    places |= {key: box for key, box in layout.boxes.items() if key in outer}
    return sorted(places, key=lambda name: (round(places[name].x), places[name].y))


def test_opening_a_group_changes_no_order_around_it() -> None:
    engine = Layered()
    closed = _order(_lay(engine, *LAYERS))
    for path in LAYERS:
        assert _order(_lay(engine, *(other for other in LAYERS if other != path))) == closed
    assert _order(_lay(engine)) == closed


def test_closing_what_was_opened_gives_the_first_picture_back() -> None:
    engine = Layered()
    before = _lay(engine, *ATTENTION)
    _lay(engine)
    assert _lay(engine, *ATTENTION) == before


def test_opening_a_group_finds_the_levels_around_it_in_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Layered()
    _lay(engine, *LAYERS)
    worked_out: list[int] = []

    def counted(*arguments: object) -> object:
        plan = make_plan(*arguments)  # type: ignore[arg-type]
        worked_out.append(len(plan.topology.pins))
        return plan

    monkeypatch.setattr(layered_module, "make_plan", counted)
    _lay(engine, LAYERS[1], LAYERS[2], ATTENTION[0])
    inside = len(worked_out)
    assert inside == 2  # the layer and its feed forward
    _lay(engine, LAYERS[2], ATTENTION[0], ATTENTION[1])  # the next layer has the same topology
    assert len(worked_out) == inside


def test_groups_with_several_tensors_in_and_out_agree_on_the_order_at_their_borders() -> None:
    sketch = Sketch()
    first, second = sketch.add("a"), sketch.add("b")
    for stage in range(3):
        group = (f"stage {stage}",)
        upper = sketch.add(f"upper {stage}", second, group=group)
        lower = sketch.add(f"lower {stage}", first, group=group)
        first, second = lower, upper
    layout = Layered().layout(sketch.request())
    assert all(len(wire.points) == 2 for wire in layout.wires)
