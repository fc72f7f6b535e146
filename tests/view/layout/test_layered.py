"""Every layout keeps its promises: boxes apart, groups whole, wires free and from port to port."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphscope.view.layout import (
    GroupBox,
    Item,
    Layered,
    Layout,
    LayoutCancelled,
    LayoutEngine,
    LayoutError,
    Link,
    Rect,
    Request,
)
from tests.view.layout.checks import chain, check, shared_lines
from tests.view.layout.graphs import Sketch, fan_out, lstm, residual, transformer, without_groups, xor

SKETCHES = {
    "xor": xor(),
    "fan-out": fan_out(),
    "residual": residual(3),
    "lstm": lstm(3),
    "transformer": transformer(2),
    "flat transformer": without_groups(transformer(2)),
}


@st.composite
def requests(draw: st.DrawFn, groups: bool = True, cycles: bool = True) -> Request:
    """Up to 14 items of any size, in groups up to three deep, with links of any kind between their ports."""
    path = st.lists(st.sampled_from("abc"), max_size=3 if groups else 0).map(tuple)
    size = st.sampled_from([1.0, 30.0, 64.0, 200.0])
    items = tuple(
        Item(
            f"n{at}",
            draw(size),
            draw(size),
            draw(path),
            draw(st.integers(0, 4)),
            draw(st.integers(0, 3)),
            draw(st.booleans()),
        )
        for at in range(draw(st.integers(0, 14)))
    )
    links: dict[Link, None] = {}
    for _ in range(draw(st.integers(0, 24)) if items else 0):
        ends = draw(st.integers(0, len(items) - 1)), draw(st.integers(0, len(items) - 1))
        source, target = ends if cycles else sorted(ends)
        if items[source].outputs and items[target].inputs and (cycles or source != target):
            out = draw(st.integers(0, items[source].outputs - 1))
            port = draw(st.integers(0, items[target].inputs - 1))
            links[Link(items[source].key, items[target].key, out, port, draw(st.booleans()))] = None
    return Request(items, tuple(links), flow=draw(st.sampled_from(["right", "down"])))


thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(requests())
def test_any_request_keeps_boxes_apart_groups_whole_and_wires_free(request_: Request) -> None:
    check(request_, Layered().layout(request_))


@thorough
@given(requests(groups=False, cycles=False))
def test_links_of_a_graph_without_cycles_all_run_forward(request_: Request) -> None:
    layout = Layered().layout(request_)
    for wire in layout.wires:
        source, target = layout.boxes[wire.link.source], layout.boxes[wire.link.target]
        if request_.flow == "right":
            assert source.right + 24 <= target.x
            assert all(one[0] <= other[0] for one, other in pairwise(wire.points))
        else:
            assert source.bottom + 24 <= target.y
            assert all(one[1] <= other[1] for one, other in pairwise(wire.points))


@settings(thorough, max_examples=40)
@given(requests())
def test_the_same_request_gives_the_same_layout_on_any_engine(request_: Request) -> None:
    engine = Layered()
    first = engine.layout(request_)
    assert engine.layout(request_) == first
    assert Layered().layout(request_) == first


@settings(thorough, max_examples=40)
@given(requests(groups=False))
def test_a_flow_down_is_the_transposed_flow_to_the_right(request_: Request) -> None:
    right = Layered().layout(replace(request_, flow="right"))
    turned = tuple(replace(item, width=item.height, height=item.width) for item in request_.items)
    down = Layered().layout(replace(request_, items=turned, flow="down"))
    assert {key: Rect(box.y, box.x, box.height, box.width) for key, box in down.boxes.items()} == right.boxes
    assert [tuple((x, y) for y, x in wire.points) for wire in down.wires] == [w.points for w in right.wires]


@pytest.mark.parametrize("flow", ["right", "down"])
@pytest.mark.parametrize("name", SKETCHES)
def test_wires_of_different_tensors_keep_ten_pixels_apart(name: str, flow: str) -> None:
    request = replace(SKETCHES[name].request(), flow=flow)
    layout = Layered().layout(request)
    check(request, layout)
    assert shared_lines(layout, near=9.9) == []


@pytest.mark.parametrize("name", SKETCHES)
def test_wires_turn_at_right_angles_only(name: str) -> None:
    for wire in Layered().layout(SKETCHES[name].request()).wires:
        for (x0, y0), (x1, y1) in pairwise(wire.points):
            assert x0 == pytest.approx(x1) or y0 == pytest.approx(y1)


def test_an_empty_request_gives_an_empty_layout() -> None:
    layout = Layered().layout(Request((), ()))
    assert (layout.boxes, layout.groups, layout.wires) == ({}, {}, ())
    assert (layout.width, layout.height) == (0, 0)


def test_a_single_item_stands_at_the_origin() -> None:
    layout = Layered().layout(Request((Item("x", 120, 64),), ()))
    assert layout.boxes == {"x": Rect(0, 0, 120, 64)}
    assert (layout.width, layout.height) == (120, 64)
    assert layout.ports["x"].inputs == ((0, 32),)
    assert layout.ports["x"].outputs == ((120, 32),)


def test_a_group_leaves_room_for_its_title_and_its_padding() -> None:
    item = Item("x", 120, 64, ("block",), inputs=0)
    for flow in ("right", "down"):
        layout = Layered().layout(
            Request((item,), (), (GroupBox(("block",), header=30, padding=10),), flow=flow)
        )
        assert layout.groups[("block",)] == Rect(0, 0, 140, 114)
        assert layout.boxes["x"] == Rect(10, 40, 120, 64)


def test_items_that_nothing_connects_fill_a_page_instead_of_one_column() -> None:
    items = tuple(Item(f"x{at}", 120, 64) for at in range(60))
    layout = Layered().layout(Request(items, ()))
    check(Request(items, ()), layout)
    assert 0.5 < layout.width / layout.height < 3


def _middle_line(layout: Layout, *keys: str) -> set[float]:
    return {round(layout.boxes[key].center[1], 6) for key in keys}


def test_a_chain_is_one_straight_line() -> None:
    keys = ("x", "matmul", "add", "tanh", "matmul 2", "add 2", "loss")
    items, links = chain(*keys)
    layout = Layered().layout(Request(items, links))
    assert len(_middle_line(layout, *keys)) == 1
    assert all(len(wire.points) == 2 for wire in layout.wires)


def test_the_main_line_stays_straight_through_groups_parameters_and_the_loss() -> None:
    layout = Layered().layout(xor().request())
    line = ("x", "matmul1", "add1", "tanh", "matmul2", "add2", "loss")
    assert len(_middle_line(layout, *line)) == 1
    straight = [wire.link for wire in layout.wires if len(wire.points) == 2]
    assert all(Link(one, other) in straight for one, other in pairwise(line))


def test_items_of_different_heights_are_still_on_one_line() -> None:
    items, links = chain("a", "b", "c", "d")
    items = tuple(replace(item, height=height) for item, height in zip(items, (30, 64, 101, 17), strict=True))
    assert len(_middle_line(Layered().layout(Request(items, links)), "a", "b", "c", "d")) == 1


def test_a_skip_yields_the_middle_to_the_branch_and_runs_beside_it() -> None:
    layout = Layered().layout(residual(4).request())
    keys = [item.key for item in residual(4).items]
    assert len(_middle_line(layout, *keys)) == 1
    for wire in layout.wires:
        is_skip = wire.link.target.startswith("add") and not wire.link.source.startswith("norm")
        assert len(wire.points) == (6 if is_skip else 2)


def test_the_data_input_takes_the_middle_where_the_other_inputs_are_not_main() -> None:
    sketch = Sketch()
    for key in ("weight", "x", "bias"):
        sketch.add(key)
    sketch.add("linear", "weight", "x", "bias", side=(0, 2))
    layout = Layered().layout(sketch.request())
    box = layout.boxes["linear"]
    heights = [y - box.y for _, y in layout.ports["linear"].inputs]
    assert heights == [box.height / 4, box.height / 2, box.height * 3 / 4]


def test_a_port_without_a_link_leaves_the_middle_to_the_data() -> None:
    items = (Item("x", 120, 64), Item("matmul", 120, 64, inputs=2))
    layout = Layered().layout(Request(items, (Link("x", "matmul"),)))
    assert len(_middle_line(layout, "x", "matmul")) == 1
    assert layout.ports["matmul"].inputs == ((192, 32), (192, 48))


def test_each_operand_of_a_square_has_a_wire_to_a_port_of_its_own() -> None:
    layout = Layered().layout(fan_out().request())
    square = [wire for wire in layout.wires if wire.link.target == "mul"]
    assert len(square) == 2
    assert square[0].points[0] == square[1].points[0]
    ends = [wire.points[-1] for wire in square]
    assert abs(ends[0][1] - ends[1][1]) >= 10


def test_wires_of_one_tensor_run_together_until_they_split() -> None:
    sketch = Sketch()
    sketch.add("mask")
    hidden = sketch.add("x")
    for at in range(6):
        hidden = sketch.add(f"a{at}", hidden, "mask", side=(1,))
    layout = Layered().layout(sketch.request())
    branches = [wire.points for wire in layout.wires if wire.link.source == "mask"]
    assert len(branches) == 6
    assert len({points[-3][1] for points in branches[1:]}) == 1
    assert len({points[:-3] for points in branches[1:]}) == 1


def test_the_order_of_ports_is_kept_where_it_means_something() -> None:
    items = (Item("a", 120, 64), Item("b", 120, 64), Item("sub", 120, 64, inputs=2))
    links = (Link("b", "sub", 0, 0), Link("a", "sub", 0, 1))
    layout = Layered().layout(Request(items, links))
    first, second = layout.ports["sub"].inputs
    assert first[1] < second[1]
    assert layout.boxes["b"].y < layout.boxes["a"].y


def test_the_order_of_ports_is_chosen_against_crossings_where_it_is_free() -> None:
    items = (
        Item("a", 120, 64),
        Item("b", 120, 64),
        Item("sub", 120, 64, inputs=2),
        Item("add", 120, 64, inputs=2, ordered=False),
    )
    links = (Link("a", "sub", 0, 0), Link("b", "sub", 0, 1), Link("b", "add", 0, 0), Link("a", "add", 0, 1))
    layout = Layered().layout(Request(items, links))
    first, second = layout.ports["add"].inputs
    assert second[1] < first[1]


def test_a_loop_runs_back_around_the_items_and_a_self_loop_around_its_own() -> None:
    sketch = Sketch()
    sketch.add("a")
    sketch.add("b", "a", "d")
    sketch.add("c", "b")
    sketch.add("d", "c", "d")
    layout = Layered().layout(sketch.request())
    check(sketch.request(), layout)
    assert layout.boxes["a"].x < layout.boxes["b"].x < layout.boxes["c"].x < layout.boxes["d"].x


def test_a_request_that_makes_no_sense_is_refused_in_a_sentence() -> None:
    one = Item("x", 120, 64)
    for request, said in (
        (Request((one, one), ()), "Two items of the layout are called x"),
        (Request((one,), (Link("x", "y"),)), "names y, which is not among its items"),
        (Request((one,), (Link("x", "x", 0, 3),)), "ends at port 3 of x, which has 1"),
    ):
        with pytest.raises(LayoutError, match=said):
            Layered().layout(request)


def test_a_layout_can_be_cancelled_at_any_moment_and_asked_for_again() -> None:
    request = transformer(3).request()
    asked = 0

    def count() -> bool:
        nonlocal asked
        asked += 1
        return False

    whole = Layered().layout(request, cancelled=count)
    assert asked > 100
    for patience in range(0, asked, asked // 20):
        engine = Layered()
        left = patience

        def cancelled() -> bool:
            nonlocal left
            left -= 1
            return left < 0

        with pytest.raises(LayoutCancelled):
            engine.layout(request, cancelled=cancelled)
        assert engine.layout(request) == whole


def test_two_thousand_items_on_one_level_keep_every_promise() -> None:
    request = without_groups(transformer(100)).request()
    assert len(request.items) > 2000
    layout = Layered().layout(request)
    check(request, layout)
    assert shared_lines(layout) == []


def test_two_thousand_items_without_any_pattern_keep_every_promise() -> None:
    chance = random.Random(7)
    sketch = Sketch()
    for at in range(2000):
        near = (
            [f"n{chance.randrange(max(0, at - 40), at)}" for _ in range(chance.randrange(1, 3))] if at else []
        )
        sketch.add(f"n{at}", *near)
    check(sketch.request(), Layered().layout(sketch.request()))


def test_the_layered_engine_is_a_layout_engine() -> None:
    engine: LayoutEngine = Layered()
    assert engine.layout(Request((), ())).wires == ()
