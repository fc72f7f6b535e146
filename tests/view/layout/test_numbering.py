"""A level has the same topology whether the groups in it are open or collapsed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from graphscope.view.layout import Path, Request
from graphscope.view.layout.nesting import unnest
from graphscope.view.layout.numbering import number
from graphscope.view.layout.topology import Topology
from tests.view.layout.graphs import Sketch, collapse, transformer


def _outermost(request: Request) -> Topology:
    nest = unnest(request)
    return number(nest.levels[()], nest.items).topology


@st.composite
def sketches(draw: st.DrawFn) -> Sketch:
    """Some items in two groups, linked in any way, feeding several ports of each other."""
    sketch = Sketch()
    names: list[str] = []
    for at in range(draw(st.integers(1, 12))):
        group: Path = draw(st.sampled_from([(), ("a",), ("b",), ("a", "c")]))
        sources = draw(st.lists(st.sampled_from(names), max_size=3)) if names else []
        side = tuple(draw(st.sets(st.integers(0, 2))))
        names.append(sketch.add(f"n{at}", *sources, group=group, side=side, ordered=draw(st.booleans())))
    return sketch


@settings(deadline=None)
@given(sketches())
def test_collapsing_a_group_leaves_the_level_around_it_as_it_was(sketch: Sketch) -> None:
    opened = _outermost(sketch.request())
    for path in {item.group[:1] for item in sketch.items if item.group}:
        collapse(sketch, path)
    assert _outermost(sketch.request()) == opened


def test_blocks_of_the_same_kind_have_the_same_topology() -> None:
    nest = unnest(transformer(2).request())
    first, second = (number(nest.levels[f"layer {block}",], nest.items) for block in range(2))
    assert first.topology == second.topology
