"""Which cards, chips and edges a graph has."""

from __future__ import annotations

import numpy as np

import graphscope as gs
from graphscope.view.picture import lanes
from graphscope.view.picture.dealing import short_name


def recurrent(times: int = 3):
    """One weight used at every step of time."""
    g = gs.Builder("recurrent")
    x = g.input("x", (2, 3))
    w = g.parameter("w", np.eye(3))
    h = x
    for _ in range(times):
        h = g.call(gs.ops.Tanh(), h @ w)
    g.loss(g.call(gs.ops.ReduceSum(), h, name="total"))
    g.optimizer(gs.optimizers.SGD(lr=0.1))
    g.feed({"x": np.ones((2, 3))})
    return gs.open(g.build())


def test_there_is_an_edge_for_every_operand_so_a_square_has_two(draw) -> None:
    picture = draw(gs.open("fan_out")).picture
    assert [edge.uses for edge in picture.edges if edge.target == "node:square"] == [
        (("square", 0),),
        (("square", 1),),
    ]
    assert picture.leading["square", 0].there != picture.leading["square", 1].there


def test_a_parameter_hangs_at_its_operation_where_something_flows_in(draw) -> None:
    picture = draw(gs.open("xor")).picture
    assert {dock.chip.value: dock.card for dock in picture.structure.docks} == {
        "W1": "node:m1",
        "b1": "node:s1",
        "W2": "node:m2",
        "b2": "node:score",
        "y": "node:loss",
    }


def test_a_parameter_stands_in_the_flow_where_nothing_else_flows_in(draw) -> None:
    picture = draw(gs.open("apple_shop")).picture
    assert picture.home("apple_price").key == "leaf:apple_price"
    assert picture.home("tax").key == "chip:tax@total"


def test_a_chip_hangs_right_below_its_card(draw) -> None:
    picture = draw(gs.open("xor")).picture
    card, chip = picture.boxes["node:m1"], picture.boxes["chip:W1@m1"]
    assert chip.center[0] == card.center[0]
    assert 16 <= chip.y - card.bottom <= 32


def test_the_cards_of_a_chain_stand_in_line_whatever_hangs_below_them(draw) -> None:
    boxes = draw(gs.open("xor")).picture.boxes
    chain = ("leaf:x", "node:m1", "node:s1", "node:h", "node:m2", "node:score", "node:loss")
    middles = [boxes[key].center[1] for key in chain]
    assert max(middles) - min(middles) <= 1


def test_a_node_with_several_outputs_has_a_pair_of_rows_for_each(draw) -> None:
    g = gs.Builder("split")
    x = g.input("x", (2, 4))
    left, right = g.call(gs.ops.Split(axis=1), x)
    g.loss(g.call(gs.ops.ReduceSum(), left * right, name="total"))
    g.feed({"x": np.ones((2, 4))})
    card = draw(gs.open(g.build())).picture.cards["node:split"]
    assert card.title == "split"
    assert [(row.value, row.role) for row in card.rows] == [
        (name, role) for name in ("split.outs[0]", "split.outs[1]") for role in ("value", "gradient")
    ]


def test_a_shared_parameter_has_its_chip_at_the_first_use_and_proxies_at_the_others(draw) -> None:
    picture = draw(recurrent()).picture
    chips = [card for card in picture.cards.values() if card.value == "w"]
    assert [chip.proxy for chip in chips] == [False, True, True]
    assert picture.home("w") is chips[0]


def test_a_folded_group_is_one_card_and_hides_what_hangs_in_it(draw) -> None:
    picture = draw(gs.open("xor"), collapsed={("hidden",)}).picture
    assert picture.home("h").key == "group:hidden"
    assert "chip:W1@m1" not in picture.cards
    assert [frame.scope for frame in picture.frames] == [("output",)]
    group = picture.cards["group:hidden"]
    assert group.nodes == ("m1", "s1", "h")
    assert group.note == "x 4×2 → h 4×4"


def test_a_folded_group_hides_a_weight_that_stands_in_its_flow_unless_others_read_it_too(draw) -> None:
    g = gs.Builder("turned")
    x = g.input("x", (2, 3))
    with g.scope("layer"):
        own, shared = g.parameter("layer.own", np.eye(3)), g.parameter("layer.shared", np.eye(3))
        y = x @ g.call(gs.ops.Transpose(), own) @ g.call(gs.ops.Transpose(), shared)
    g.loss(g.call(gs.ops.ReduceSum(), y @ g.call(gs.ops.Transpose(), shared)))
    g.feed({"x": np.ones((2, 3))})
    picture = draw(gs.open(g.build()), collapsed={("layer",)}).picture
    assert "leaf:layer.own" not in picture.cards
    assert "leaf:layer.shared" in picture.cards


def test_a_folded_group_reads_a_value_through_one_edge(draw) -> None:
    g = gs.Builder("twice")
    x = g.input("x", (2,))
    with g.scope("block"):
        one, two = g.call(gs.ops.Exp(), x), g.call(gs.ops.Tanh(), x)
        both = one + two
    g.loss(g.call(gs.ops.ReduceSum(), both, name="total"))
    g.feed({"x": [1.0, 2.0]})
    session = gs.open(g.build())
    assert len([edge for edge in draw(session).picture.edges if edge.value == "x"]) == 2
    folded = [edge for edge in draw(session, collapsed={("block",)}).picture.edges if edge.value == "x"]
    assert [len(edge.uses) for edge in folded] == [2]


def test_group_frames_hold_their_cards_and_nothing_else(draw) -> None:
    picture = draw(gs.open("xor")).picture
    frame = next(frame for frame in picture.frames if frame.scope == ("hidden",)).rect
    inside = {
        key
        for key, box in picture.boxes.items()
        if frame.x <= box.x and box.right <= frame.right and frame.y <= box.y and box.bottom <= frame.bottom
    }
    assert inside == {"node:m1", "node:s1", "node:h", "chip:W1@m1", "chip:b1@s1"}


def test_no_cards_overlap(draw) -> None:
    for sample in ("apple_shop", "fan_out", "linear_regression", "xor", "digits_softmax", "digits_cnn"):
        boxes = list(draw(gs.open(sample)).picture.boxes.values())
        for index, one in enumerate(boxes):
            for two in boxes[index + 1 :]:
                apart = one.right <= two.x or two.right <= one.x or one.bottom <= two.y or two.bottom <= one.y
                assert apart, (sample, one, two)


def test_the_gradients_lane_keeps_its_distance_from_the_values_line(draw) -> None:
    for sample in ("apple_shop", "fan_out", "xor"):
        for edge in draw(gs.open(sample)).picture.edges:
            whole = lanes.length(edge.back) if edge.back else 0
            near = [lanes.at(edge.back, whole * share) for share in (0.25, 0.5, 0.75) if edge.back]
            assert all(lanes.distance_to(edge.there, *point) >= 10 for point in near), edge


def test_two_equal_branches_meet_half_way(draw) -> None:
    boxes = draw(gs.open("apple_shop")).picture.boxes
    middle = (boxes["node:apples"].center[1] + boxes["node:oranges"].center[1]) / 2
    assert abs(boxes["node:subtotal"].center[1] - middle) <= 1


def test_a_broadcast_operand_knows_how_often_it_is_used_and_over_which_axes(draw) -> None:
    stretched = draw(gs.open("xor")).picture.structure.stretched
    assert (stretched["s1", 1].times, stretched["s1", 1].axes) == (4, (0,))
    assert ("s1", 0) not in stretched


def test_names_lose_the_scope_that_their_frame_tells() -> None:
    assert short_name("hidden.weight", ("hidden",)) == "weight"
    assert short_name("hidden/weight", ("hidden",)) == "weight"
    assert short_name("hiddenweight", ("hidden",)) == "hiddenweight"
    assert short_name("blocks.0.mlp.weight", ("blocks.0 Block", "mlp")) == "weight"


def test_one_of_several_of_a_kind_is_called_on_its_card_what_it_is_called_everywhere(draw) -> None:
    g = gs.Builder("plain")
    x = g.input("x", (2,))
    y = g.call(gs.ops.Exp(), x) + g.call(gs.ops.Exp(), x)
    g.output(y)
    g.feed({"x": [1.0, 2.0]})
    cards = draw(gs.open(g.build())).picture.cards
    assert {(card.title, card.symbol) for card in cards.values() if card.kind == "op"} == {
        ("exp", ""),
        ("exp_2", ""),
        ("add", "+"),
    }
