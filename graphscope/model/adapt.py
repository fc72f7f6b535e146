"""A model changed before it runs: another floating type, loss, optimizer, or training mode."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from graphscope.errors import InputError
from graphscope.graph.graph import Graph, Node, Value
from graphscope.graph.spec import FLOATING, TensorSpec
from graphscope.model import given, losses, optimizers
from graphscope.model.losses import BY_NAME as LOSSES
from graphscope.model.made_up import with_target
from graphscope.model.model import Model
from graphscope.ops.base import Op
from graphscope.ops.control import Control
from graphscope.ops.reduction import ReduceMean, ReduceSum


def with_dtype(model: Model, dtype: Any) -> Model:
    """The model with every floating spec and cast target replaced.

    Raises:
        InputError: not a floating type that can be computed with.
    """
    if dtype is None:
        return model
    dtype = given.dtype(dtype, given.COMPUTED)
    return replace(model, graph=_graph_with_dtype(model.graph, dtype))


def _graph_with_dtype(graph: Graph, dtype: str) -> Graph:
    table = tuple(
        replace(value, spec=replace(value.spec, dtype=dtype)) if value.spec.floating else value
        for value in graph.table
    )

    def changed(op: Op) -> Op:
        if isinstance(op, Control):
            return op.with_bodies(lambda body: _graph_with_dtype(body, dtype))
        return _with_fields(op, "dtype", dtype, FLOATING)

    return replace(
        graph, table=table, nodes=tuple(replace(node, op=changed(node.op)) for node in graph.nodes)
    )


def with_mode(model: Model, train: bool | None) -> Model:
    """The model in training or evaluation mode, for the ops that know the difference."""
    if train is None:
        return model
    return replace(model, graph=_graph_with_mode(model.graph, train))


def _graph_with_mode(graph: Graph, train: bool) -> Graph:
    def changed(op: Op) -> Op:
        if isinstance(op, Control):
            return op.with_bodies(lambda body: _graph_with_mode(body, train))
        return _with_fields(op, "training", train)

    return replace(graph, nodes=tuple(replace(node, op=changed(node.op)) for node in graph.nodes))


def _with_fields(op: Op, name: str, value: Any, only: tuple[Any, ...] | None = None) -> Op:
    """The op with one field replaced, if it has it (and it held one of ``only``)."""
    present = any(field.name == name for field in fields(op))  # type: ignore[arg-type]
    if not present or (only is not None and getattr(op, name) not in only):
        return op
    return replace(op, **{name: value})  # type: ignore[type-var]


def with_optimizer(model: Model, optimizer: Op | str | None) -> Model:
    """The model with another optimizer: an op, or ``sgd``, ``momentum``, ``adam`` with a rate ``sgd:0.1``.

    ``none`` takes it away.

    Raises:
        InputError: an unknown name, a rate that is no number, or no optimizer.
    """
    if optimizer is None:
        return model
    return replace(model, optimizer=optimizers.optimizer(optimizer), updates={}, states={})


def with_loss(model: Model, loss: str | None) -> Model:
    """The model with another loss: a value's name, ``sum`` or ``mean`` of an output, or one with a target.

    Raises:
        InputError: neither, or the model has no output to take it of.
    """
    if loss is None:
        return model
    if loss in model.graph.values:
        return _with_loss_value(model, loss)
    known = ("sum", "mean", *LOSSES)
    output = next((name for name in model.graph.outputs if name != model.loss), None) or model.loss
    if output is None or loss not in known:
        raise InputError(
            "there is no value or loss “{loss}”; give a value's name or one of {known}",
            loss=loss,
            known=", ".join(known),
        )
    return _with_loss_node(model, output, loss)


def _with_loss_value(model: Model, name: str) -> Model:
    losses.check(name, model.graph.value(name).spec)
    outputs = (*(output for output in model.graph.outputs if output != name), name)
    return replace(model, loss=name, graph=replace(model.graph, outputs=outputs), captured=None)


def _with_loss_node(model: Model, output: str, loss: str) -> Model:
    graph, spec = model.graph, model.graph.value(output).spec
    name = _free(graph, loss)
    leaves: tuple[Value, ...] = ()
    op: Op = ReduceSum() if loss == "sum" else ReduceMean() if loss == "mean" else LOSSES[loss]
    if loss in LOSSES:
        leaves = (_target(graph, loss, spec),)
    operands = (output, *(value.name for value in leaves))
    (made,) = op.specs(spec, *(value.spec for value in leaves))
    losses.check(name, made)
    node = Node(name, op, operands, (name,))
    first = next((i for i, value in enumerate(graph.table) if value.kind == "node"), len(graph.table))
    table = (*graph.table[:first], *leaves, *graph.table[first:], Value(name, made))
    changed = replace(graph, table=table, nodes=(*graph.nodes, node), outputs=(*graph.outputs, name))
    feed = with_target(changed, model.feed, leaves[0].name) if leaves else model.feed
    return replace(model, graph=changed, loss=name, captured=None, feed=feed)


def _target(graph: Graph, loss: str, spec: TensorSpec) -> Value:
    classes = loss == "cross_entropy"
    shape = spec.shape[:-1] if classes else spec.shape
    return Value(
        _free(graph, "target"), TensorSpec(shape, "int64" if classes else spec.dtype), "input", (), False
    )


def _free(graph: Graph, name: str) -> str:
    taken = {*graph.by_name, *graph.nodes_by_name}
    return (
        name
        if name not in taken
        else next(f"{name}_{n}" for n in range(2, 999) if f"{name}_{n}" not in taken)
    )
