"""ONNX's recurrent operators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule
from graphscope.ops.base import Op


def _fields(node: OnnxNode) -> dict[str, Any]:
    """What all kinds share; what is not computed is refused."""
    if node.attribute("clip") is not None:
        node.refuse(Sentence("limits for what goes into the gates are not computed here"))
    for name in ("activation_alpha", "activation_beta"):
        node.expect(name, None, ())
    node.attribute("hidden_size")  # the weights say it too
    return {"direction": node.attribute("direction"), "batch_first": node.flag("layout")}


def _activations(node: OnnxNode, *usual: str) -> tuple[str, ...]:
    """The activations of one direction, in lower case; each direction must have the same."""
    given = tuple(name.lower() for name in node.attribute("activations", ()) or usual)
    each = given[: len(usual)]
    if given not in (each, each * 2):
        node.refuse(Sentence("both directions must have the same activations"))
    return each


def _usual_only(node: OnnxNode, *usual: str) -> None:
    if _activations(node, *usual) != usual:
        node.refuse(Sentence("only the usual activations are computed here: {names}", names=", ".join(usual)))


def _operands(node: OnnxNode, count: int) -> list[Operand | None]:
    found = [node.input(0), node.input(1), node.input(2), *(node.optional(slot) for slot in range(3, count))]
    while found[-1] is None:
        found.pop()
    return found


def _rnn(node: OnnxNode) -> Outputs:
    (activation,) = _activations(node, "tanh")
    if activation not in ("tanh", "relu"):
        node.refuse(Sentence("only the usual activations are computed here: {names}", names="tanh, relu"))
    return _called(node, ops.RNN(**_fields(node), activation=activation), 6)


def _gru(node: OnnxNode) -> Outputs:
    _usual_only(node, "sigmoid", "tanh")
    return _called(node, ops.GRU(**_fields(node), reset_after=node.flag("linear_before_reset")), 6)


def _lstm(node: OnnxNode) -> Outputs:
    _usual_only(node, "sigmoid", "tanh", "tanh")
    node.expect("input_forget", 0)
    return _called(node, ops.LSTM(**_fields(node)), 8)


def _called(node: OnnxNode, op: Op, count: int) -> Outputs:
    return node.call(op, *_operands(node, count))


NODES: Mapping[str, Rule] = {"GRU": _gru, "LSTM": _lstm, "RNN": _rnn}
