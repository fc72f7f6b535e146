"""The layer of a step is told by what goes in and out of it, its weights, and the place of the step."""

from __future__ import annotations

import graphscope as gs
from graphscope.debug.session import Session
from graphscope.view.explain import Explanation
from graphscope.view.layer import LONGEST, explain_layer, layer_of
from graphscope.view.text import Text


def explained(session: Session, position: int, text: Text | None = None) -> Explanation:
    session.seek(position)
    assert session.last is not None
    return explain_layer(session.graph, session.specs, session.last, text=text or Text("en"))


def test_a_layer_is_told_by_what_crosses_its_border() -> None:
    with gs.open("xor") as session:
        layer = layer_of(session.graph, ("hidden",))
    assert [node.op.name for node in layer.nodes] == ["MatMul", "Add", "Tanh"]
    assert (layer.enters, layer.leaves, layer.weights) == (("x",), ("h",), ("W1", "b1"))


def test_the_step_is_placed_in_its_layer_in_both_directions() -> None:
    with gs.open("xor") as session:
        forward, backward = explained(session, 4), explained(session, 14)
    assert forward.title == "hidden"
    assert forward.at("say")[-1].plain == "This step is its operation 2 of 3, forward: Add."
    assert backward.at("say")[-1].plain == "This step goes back through its operation 2 of 3: Add."
    assert "It gives h [4×4]." in [each.plain for each in forward.at("say")]
    assert [each.plain for each in forward.at("formula")] == [
        "· m1 = MatMul(x, W1)",
        "▶ s1 = Add(m1, b1)",
        "· h = Tanh(s1)",
    ]


def test_a_step_outside_every_layer_tells_of_the_model() -> None:
    with gs.open("apple_shop") as session:
        told = explained(session, 3, Text("ko"))
    assert told.title == "apple shop"
    assert "연산이 4개" in told.at("say")[0].plain


def test_of_a_long_layer_the_operations_around_the_step_are_told() -> None:
    builder = gs.Builder("long")
    value = builder.parameter("p", 1.0)
    with builder.scope("chain"):
        for _ in range(40):
            value = builder.call(gs.ops.Tanh(), value)
    builder.loss(value)
    with gs.open(builder.build()) as session:
        told = explained(session, 2 + 20).at("formula")
    assert len(told) == LONGEST + 2
    assert sum(each.plain.startswith("▶") for each in told) == 1
