"""Operations that hold graphs: calls, choices and loops; the engine lays their bodies out step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from graphscope.errors import GraphError, ShapeError
from graphscope.graph.graph import Graph
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op

NOTHING = Graph("body", (), (), ())
"""A body that makes nothing."""


class Control(Op, abstract=True):
    """An operation whose fields hold graphs, its bodies.

    A body is closed: its only leaves are its inputs. Whatever it reads from outside is an operand of the node
    and an input of the body, so that every edge is where something is read. It runs as a frame: its nodes are
    steps of their own, named by the frame (``loop[3].h``); the op itself has no kernel.
    """

    outputs = ("*outs",)

    @property
    def attributes(self) -> Mapping[str, Any]:
        return {name: each for name, each in super().attributes.items() if not isinstance(each, Graph)}

    @property
    def bodies(self) -> Mapping[str, Graph]:
        """The graphs that it holds, by field."""
        held = ((item.name, getattr(self, item.name)) for item in fields(self))  # pyright: ignore[reportArgumentType]
        return {name: each for name, each in held if isinstance(each, Graph)}

    def with_bodies(self, change: Callable[[Graph], Graph]) -> Op:
        """The op with another graph in place of each body."""
        made = {name: change(body) for name, body in self.bodies.items()}
        return replace(self, **made)  # type: ignore[type-var]


class Call(Control):
    """outs = body(xs): a function, called where the node stands.

    Source: ONNX, local functions of a model.

    Args:
        body: takes the operands.
    """

    body: Graph = NOTHING

    symbol = "call"
    says = "Run the function on {xs}, step by step, to get {outs}."
    backward_says = "Go back through the steps of the function, the last one first."
    why = "A function is a name for steps that belong together; the gradient goes back through each of them."

    def infer(self, *xs: TensorSpec):
        return made_by(self.name, self.body, xs)


class If(Control):
    """outs = then(xs) where the condition is true, else otherwise(xs).

    Source: ONNX operator ``If`` 25.

    Args:
        then, otherwise: take the operands after the condition, all of them, and give as many values.
    """

    then: Graph = NOTHING
    otherwise: Graph = NOTHING

    symbol = "if"
    says = "Look at {condition}, and run only one of two bodies: then or else."
    backward_says = "Go back through the steps of the body that ran; the other one gets no gradient."
    why = "The loss depends on what ran. The condition itself has no slope: a little more of it changes nothing."

    def infer(self, condition: TensorSpec, *xs: TensorSpec):
        single(self.title, condition)
        one, two = made_by(self.name, self.then, xs), made_by(self.name, self.otherwise, xs)
        if len(one) != len(two):
            raise GraphError(
                "if: then gives {one} values, but else gives {two}; both must give as many",
                one=len(one),
                two=len(two),
            )
        return tuple(common(self.title, *pair) for pair in zip(one, two, strict=True))


class Loop(Control):
    """The body again and again: states go from trip to trip, collected values are stacked in the end.

    The body takes the number of the trip, the condition where it is ``conditional``, the states and what else
    it reads; it gives whether to go on where it is ``conditional``, the new states and one layer of each
    collected value. The operands are count (how many trips at most), condition (whether there is a first
    trip), the states at the start and what else the body reads. Results are the last states and the stacks.

    Source: ONNX operator ``Loop`` 25.

    Args:
        states: how many states there are.
        trips: how many trips there are at most, where that is fixed; None where the operand count says so, or
            the condition alone.
        conditional: whether the body says each time if there is another trip.
    """

    body: Graph = NOTHING
    states: int = 0
    trips: int | None = None
    conditional: bool = False

    symbol = "loop"
    says = (
        "Run the body again and again; what it gives as {outs} at the end of a trip goes into the next one."
    )
    backward_says = (
        "Go back through all trips, the last one first; what every trip reads adds up its gradients."
    )
    why = "A loop is a long chain of the same steps; the chain rule goes back along all of it."

    @property
    def first(self) -> int:
        """The place of the first state among the inputs of the body."""
        return 2 if self.conditional else 1

    def infer(self, count: TensorSpec | None = None, condition: TensorSpec | None = None, *xs: TensorSpec):
        if self.trips is None and count is None and not self.conditional:
            raise GraphError("loop: nothing says how often it runs; give it a count or a condition")
        for spec in (count, condition):
            if spec is not None:
                single(self.title, spec)
        given = (TensorSpec((), "int64"), *((TensorSpec((), "bool"),) if self.conditional else ()))
        states, layers = settled(self, self.body, given, xs, skip=int(self.conditional))
        known = self.trips if not self.conditional else None
        if known is None and not self.conditional and count is not None and count.value is not None:
            known = int(count.value)
        return (*states, *(spec.like(shape=(known, *spec.shape), axes=()) for spec in layers))


class Scan(Control):
    """The body once for each layer of its sequences: states go from trip to trip, results are stacked.

    The body takes the states, one layer of each sequence, and what else it reads; it gives the new states and
    one layer of each result. Results are the last states and the stacks.

    Source: ONNX operator ``Scan`` 25.

    Args:
        states: how many states there are; ``sequences`` how many sequences follow them.
        axes: the axis of each sequence that is gone through; 0 where left out.
        backward: for each sequence whether it is gone through from the end.
        stacked_axes, stacked_backward: the same for the results.
    """

    body: Graph = NOTHING
    states: int = 0
    sequences: int = 1
    axes: tuple[int, ...] = ()
    backward: tuple[bool, ...] = ()
    stacked_axes: tuple[int, ...] = ()
    stacked_backward: tuple[bool, ...] = ()

    symbol = "scan"
    says = "Run the body once for each layer of the sequences among {xs}, and put its results together as {outs}."
    backward_says = "Go back through all trips, the last one first; each layer gets its own gradient."
    why = "A scan is a chain of the same steps, one for each layer; the chain rule goes back along all of it."

    def axis(self, place: int) -> int:
        """The axis of a sequence that is gone through."""
        return self.axes[place] if place < len(self.axes) else 0

    def stacked_axis(self, place: int) -> int:
        """The axis along which a result is stacked."""
        return self.stacked_axes[place] if place < len(self.stacked_axes) else 0

    def infer(self, *xs: TensorSpec):
        sequences = xs[self.states : self.states + self.sequences]
        if len(sequences) != self.sequences or not sequences:
            raise ShapeError("scan: it goes through {n} sequences, and takes at least one", n=self.sequences)
        lengths = [length(spec, self.axis(place)) for place, spec in enumerate(sequences)]
        known = {size for size in lengths if isinstance(size, int)}
        if len(known) > 1:
            raise ShapeError(
                "scan: its sequences must be equally long, but they have {sizes} layers",
                sizes=", ".join(map(str, lengths)),
            )
        layers = tuple(layer(spec, self.axis(place)) for place, spec in enumerate(sequences))
        rest = (*xs[: self.states], *layers, *xs[self.states + self.sequences :])
        states, made = settled(self, self.body, (), rest)
        count = next(iter(known), lengths[0])
        stacks = (stacked(spec, count, self.stacked_axis(place)) for place, spec in enumerate(made))
        return (*states, *stacks)


# ---- what the frames of a body begin and end with -----------------------------------------------------------


class Decide(Op):
    """choice = 1 where there is no condition or it is true, and trip < count where there is a count; else 0.

    Source: ONNX operators ``If`` 25 and ``Loop`` 25, operands cond and M.

    Args:
        trip: the number of the trip that is decided on.
    """

    trip: int = 0

    outputs = ("choice",)
    symbol = "?"
    says = "Look at the condition to decide which way to go: {choice} is 1 for yes, and 0 for no."
    backward_says = "A decision has no gradient."
    why = "What comes next depends on this number; the steps after it are laid out by it."

    def infer(self, condition: TensorSpec | None = None, count: TensorSpec | None = None):
        return TensorSpec((), "int64")

    def forward(self, xp, condition=None, count=None):
        parts = []
        if condition is not None:
            parts.append(xp.astype(xp.reshape(condition, ()), xp.bool))
        if count is not None:
            parts.append(xp.reshape(count, ()) > self.trip)
        go = parts[0]
        for part in parts[1:]:
            go = xp.logical_and(go, part)
        return xp.astype(go, xp.int64)


class CountTrips(Op):
    """trips = count as one whole number, at least 0.

    Source: ONNX operator ``Loop`` 25, operand M.
    """

    outputs = ("trips",)
    symbol = "#"
    says = "Read how often the loop runs: {trips} times."
    backward_says = "A count has no gradient."
    why = "The steps after it are laid out by this number."

    def infer(self, count: TensorSpec):
        single("loop", count)
        return TensorSpec((), "int64")

    def forward(self, xp, count):
        whole = xp.astype(xp.reshape(count, ()), xp.int64)
        return xp.where(whole > 0, whole, xp.zeros_like(whole))


class CountLayers(Op):
    """trips = the size of one axis of x.

    Source: ONNX operator ``Scan`` 25, whose sequences tell how often it runs.

    Args:
        axis: which one.
    """

    axis: int = 0

    outputs = ("trips",)
    symbol = "#"
    says = "Count the layers of {x}: the body runs {trips} times."
    backward_says = "A count has no gradient."
    why = "The steps after it are laid out by this number."

    def infer(self, x: TensorSpec):
        length(x, self.axis)
        return TensorSpec((), "int64")

    def forward(self, xp, x):
        return xp.asarray(x.shape[self.axis], dtype=xp.int64)


class TripNumber(Op):
    """number = which trip of its loop this is, from 0.

    Source: ONNX operator ``Loop`` 25, input iteration_num of the body.

    Args:
        trip: the number.
    """

    trip: int = 0

    outputs = ("number",)
    symbol = "#"
    says = "This is a new trip of the loop; {number} is which one, counted from 0."
    backward_says = "A number that is counted has no gradient."
    why = "The body may depend on which trip it is in."

    def infer(self):
        return TensorSpec((), "int64")

    def forward(self, xp):
        return xp.asarray(self.trip, dtype=xp.int64)


class NoLayers(Op):
    """stack = what a loop without any trip collects: nothing, of the right shape.

    Source: ONNX operator ``Loop`` 25, scan_outputs.

    Args:
        shape: with the axis of size 0.
        dtype: the name of the type.
    """

    shape: tuple[int, ...] = (0,)
    dtype: str = "float32"

    outputs = ("stack",)
    symbol = "∅"
    says = "The loop made no trip, so that {stack} has no layers."
    backward_says = "Where there is nothing, there is no gradient."
    why = "Whoever reads the stack still finds one of the right shape."

    def infer(self):
        return TensorSpec(self.shape, self.dtype)

    def forward(self, xp):
        return xp.zeros(self.shape, dtype=getattr(xp, self.dtype))


class Leave(Op):
    """out = x: a value leaves the frame in which it was made.

    Source: ONNX operators ``If`` 25, ``Loop`` 25 and ``Scan`` 25: the outputs of a body are those of the node.
    """

    symbol = "→"
    says = "{x} leaves the frame in which it was made, and is called {out} from now on."
    backward_says = "The gradient of {out} enters the frame, unchanged, as that of {x}."
    why = "A name changes nothing: what {x} does to the loss is what {out} does."
    formulas = {"out": "x", "x": "g"}

    def infer(self, x: TensorSpec):
        return x.like()

    def forward(self, xp, x):
        return x

    def vjp(self, xp, g, out, x):
        return (g,)


# ---- the shape rule of bodies -------------------------------------------------------------------------------


def made_by(name: str, body: Graph, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
    """The specs of what a body gives for those of what it takes.

    Raises:
        GraphError: it takes another number of operands.
        ShapeError: they do not fit an operation in it.
    """
    if len(body.inputs) != len(given):
        raise GraphError(
            "{op}: its body takes {names}, but {count} operands are there",
            op=name,
            names=", ".join(body.inputs) or "-",
            count=len(given),
        )
    specs = dict(zip(body.inputs, given, strict=True))
    for node in body.nodes:
        made = node.op.specs(*(None if each is None else specs[each] for each in node.inputs))
        specs.update(zip(node.outputs, made, strict=True))
    return tuple(specs[each] for each in body.outputs)


def settled(
    op: Loop | Scan, body: Graph, before: Sequence[TensorSpec], xs: Sequence[TensorSpec], *, skip: int = 0
) -> tuple[tuple[TensorSpec, ...], tuple[TensorSpec, ...]]:
    """The specs of states that hold for every trip, and those of the layers that it collects.

    A size of a state that changes from trip to trip is open.
    """
    if len(xs) < op.states:
        raise GraphError(
            "{op}: it has {n} states, but {given} operands", op=op.name, n=op.states, given=len(xs)
        )
    states, rest = tuple(xs[: op.states]), tuple(xs[op.states :])
    for _ in range(1 + sum(spec.rank for spec in states)):
        made = made_by(op.name, body, (*before, *states, *rest))[skip:]
        wider = tuple(common(op.title, *pair) for pair in zip(states, made[: op.states], strict=True))
        if wider == states:
            break
        states = wider
    else:
        made = made_by(op.name, body, (*before, *states, *rest))[skip:]
    return states, made[op.states :]


def common(title: str, one: TensorSpec, other: TensorSpec) -> TensorSpec:
    """What is known of a value that may come from either of two places.

    Raises:
        ShapeError: it would be of two types.
    """
    if one.dtype != other.dtype:
        raise ShapeError(
            "{operation}: a value is {one} on one way and {other} on another; cast one of them",
            operation=title,
            one=one.dtype,
            other=other.dtype,
        )
    if one.rank != other.rank:
        raise ShapeError(
            "{operation}: a value has the shape {one} on one way and {other} on another; reshape one of them",
            operation=title,
            one=one,
            other=other,
        )
    shape = tuple(size if size == also else None for size, also in zip(one.shape, other.shape, strict=True))
    return one.like(shape=shape, axes=one.axes if one.axes == other.axes else ())


def single(title: str, spec: TensorSpec) -> None:
    """Refuse a condition or a count that is not one number."""
    if spec.size not in (1, None):
        raise ShapeError("{operation}: it decides by one number, not by {spec}", operation=title, spec=spec)


def length(spec: TensorSpec, axis: int) -> Any:
    """The size of an axis that is gone through."""
    if not -spec.rank <= axis < spec.rank:
        raise ShapeError("scan: a sequence of shape {spec} has no axis {axis}", spec=spec, axis=axis)
    return spec.shape[axis]


def layer(spec: TensorSpec, axis: int) -> TensorSpec:
    """One layer of a sequence."""
    length(spec, axis)
    place = axis % spec.rank
    return spec.like(shape=(*spec.shape[:place], *spec.shape[place + 1 :]), axes=())


def stacked(spec: TensorSpec, count: Any, axis: int) -> TensorSpec:
    """Layers put on top of each other."""
    place = axis % (spec.rank + 1)
    return spec.like(shape=(*spec.shape[:place], count, *spec.shape[place:]), axes=())
