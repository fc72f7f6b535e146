"""Building a model in Python: inputs, parameters, operators on values, layers, a loss and an optimizer."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np

from graphscope.errors import GraphError, GraphScopeError, InputError, Sentence
from graphscope.graph.graph import Carry, Graph, Node, Value
from graphscope.graph.scope import Scope
from graphscope.graph.spec import FLOATING, INTEGER, Dim, TensorSpec, format_shape
from graphscope.model import clipping, given, losses, optimizers
from graphscope.model.bodies import Bodies, recording
from graphscope.model.feed import Feed, feed
from graphscope.model.handle import Handle
from graphscope.model.initializers import Initializer, initializer
from graphscope.model.model import Model
from graphscope.model.origin import find_origin, find_source, located
from graphscope.ops.base import Op


class Builder(Bodies):
    """Collects values and nodes; ``build()`` freezes them into a `Model`.

    Args:
        name: the model's name.
        dtype: the floating type of inputs and parameters.
    """

    def __init__(self, name: str, *, dtype: str = "float32") -> None:
        self.name = given.name(name, Sentence("a model"))
        self.dtype = given.dtype(dtype, given.COMPUTED)
        self._values: dict[str, Value] = {}
        self._nodes: list[Node] = []
        self._node_names: set[str] = set()
        self._tried: dict[str, int] = {}
        """For a name the number from which on it may be free: below it, all are taken."""
        self._groups: dict[Scope, set[str]] = {}
        """For a scope the names of the groups in it."""
        self._arrays: dict[str, np.ndarray | Initializer] = {}
        self._scope: Scope = ()
        self._outputs: list[str] = []
        self._loss: str | None = None
        self._optimizer: Op | None = None
        self._clipping: Op | None = None
        self._carries: list[Carry] = []
        self._feed = Feed()
        self.parent: Builder | None = None
        """The builder around it, where this one builds a body."""
        self.body_now: Builder | None = None
        """The builder of the body that is being built inside."""
        self._captured: dict[str, tuple[Handle, str]] = {}
        """What a body reads from outside: by its name there, as a value of the builder around, and its name here."""

    def input(
        self,
        name: str,
        shape: Sequence[Dim] | int = (),
        *,
        dtype: Any = None,
        axes: Sequence[str] = (),
        gradient: bool = True,
    ) -> Handle:
        """A value that the data fills; a size may be a name such as "batch".

        Args:
            gradient: False for labels, which nobody differentiates.
        """
        kind = self.dtype if dtype is None else given.dtype(dtype)
        spec = TensorSpec(given.shape(shape, Sentence("input {name}", name=name)), kind, tuple(axes))
        if axes and len(spec.axes) != spec.rank:
            raise InputError(
                "input {name} has {rank} axes but {count} names for them; give as many",
                name=name,
                rank=spec.rank,
                count=len(spec.axes),
            )
        return self._leaf(Value(name, spec, "input", self._scope, gradient and spec.floating))

    def parameter(self, name: str, value: Any, shape: Sequence[int] | int | None = None) -> Handle:
        """A value that training changes: an array, a number, or an initializer (or its name) with a shape."""
        wanted = None if shape is None else given.sizes(shape, Sentence("parameter {name}", name=name))
        if self.parent is not None:
            return self.own(self.parent.parameter(self._free_above(name), value, shape))
        if isinstance(value, str) or hasattr(value, "draw"):
            source: np.ndarray | Initializer = initializer(value)
            if wanted is None:
                raise InputError("parameter {name}: an initializer needs a shape, such as (2, 4)", name=name)
        else:
            source = _rounded(given.numbers(value, Sentence("parameter {name}", name=name)), self.dtype)
            if wanted not in (None, source.shape):
                raise InputError(
                    "parameter {name} should be {shape}, but its array is {given}; reshape it, or leave one out",
                    name=name,
                    shape=format_shape(wanted),
                    given=format_shape(source.shape),
                )
            wanted = source.shape
        return self._leaf(Value(name, TensorSpec(wanted, self.dtype), "parameter", self._scope), source)

    def constant(self, name: str, value: Any, *, dtype: Any = None) -> Handle:
        """A value that never changes.

        Args:
            dtype: by default that of the builder for floating numbers, else that of the array.
        """
        if self.parent is not None:
            return self.own(self.parent.constant(self._free_above(name), value, dtype=dtype))
        array = given.numbers(value, Sentence("constant {name}", name=name))
        usual = self.dtype if array.dtype.kind == "f" else array.dtype.name
        kind = usual if dtype is None else given.dtype(dtype)
        spec = TensorSpec(array.shape, kind)
        return self._leaf(Value(name, spec, "constant", self._scope, gradient=False), _rounded(array, kind))

    def buffer(self, name: str, value: Any, *, dtype: Any = None) -> Handle:
        """A value that lives on from iteration to iteration and gets no gradient; see ``carry``.

        Args:
            value: what it holds before the first iteration: an array or a number.
            dtype: by default that of the builder for floating numbers, else that of the array.
        """
        if self.parent is not None:
            return self.own(self.parent.buffer(self._free_above(name), value, dtype=dtype))
        array = given.numbers(value, Sentence("buffer {name}", name=name))
        usual = self.dtype if array.dtype.kind == "f" else array.dtype.name
        kind = usual if dtype is None else given.dtype(dtype)
        spec = TensorSpec(array.shape, kind)
        return self._leaf(Value(name, spec, "buffer", self._scope, gradient=False), _rounded(array, kind))

    def carry(self, buffer: Handle, value: Handle) -> None:
        """What a buffer holds from the step on that makes ``value``, and at the start of the next iteration.

        Whatever reads the buffer in this iteration still reads what it held at its start.
        """
        if self.innermost.parent is not None:
            raise InputError(
                "a body cannot carry a value into the buffer {name}; let the body give the value, and carry it outside",
                name=buffer.name,
            )
        self._carries.append(Carry(self.own(buffer).name, self.own(value).name))

    def number(self, value: Any, dtype: str) -> Handle:
        """A number or array in an expression, in the type of what it meets if that loses nothing."""
        array = given.numbers(value, Sentence("an operation"))
        fits = dtype in FLOATING or (
            array.dtype.kind != "f" and dtype in INTEGER and np.array_equal(array.astype(dtype), array)
        )
        return self.constant(self.scoped("constant"), array, dtype=dtype if fits else None)

    def _leaf(self, value: Value, array: np.ndarray | Initializer | None = None) -> Handle:
        self._check_free(given.name(value.name, Sentence("a value")))
        self._values[value.name] = replace(value, origin=find_origin())
        self._settle()
        if array is not None:
            self._arrays[value.name] = array
        return Handle(self, value.name)

    def _check_free(self, name: str) -> None:
        if name in self._values:
            raise GraphError("the name “{name}” is used for two values; rename one", name=name)

    @contextmanager
    def scope(self, name: str) -> Generator[None, None, None]:
        """What is made inside belongs to this group."""
        outer, self._scope = self._scope, (*self._scope, given.name(name, Sentence("a group")))
        try:
            yield
        finally:
            self._scope = outer

    def free_scope(self, name: str) -> str:
        """A name that no group in the current scope has: ``dense``, ``dense_2``."""
        taken = self._groups.get(self._scope, set())
        return next(candidate for candidate in _numbered(name) if candidate not in taken)

    def _settle(self) -> None:
        """Something stands in the current scope: its groups are there from now on."""
        for depth, name in enumerate(self._scope):
            self._groups.setdefault(self._scope[:depth], set()).add(name)

    def qualified(self, name: str) -> str:
        """The name of something in the current scope: ``hidden.weight``."""
        return ".".join((*self._scope, name))

    def scoped(self, name: str) -> str:
        """A free name for something in the current scope: ``hidden.weight``, ``add``, ``add_2``."""
        base = self.qualified(name)
        number = self._tried.get(base, 1)
        while (candidate := base if number == 1 else f"{base}_{number}") in self._values or (
            candidate in self._node_names
        ):
            number += 1
        self._tried[base] = number
        return candidate

    def call(self, op: Op, *operands: Any, name: str | None = None) -> Any:
        """Apply an op to values (numbers become constants).

        Returns:
            The value that it makes, or a tuple where there are several.

        Raises:
            ShapeError: the operands do not fit; the sentence ends with the line of your program.
        """
        if self.body_now is not None:
            return self.body_now.call(op, *operands, name=name)
        origin = find_origin()
        try:
            handles = self._handles(operands)
            specs = _specs(given.operation(op, "call"), handles)
        except GraphScopeError as error:
            raise located(error, origin) from error.__cause__
        made = self.scoped(identifier(op.name)) if name is None else given.name(name, Sentence("a value"))
        names = [made] if len(specs) == 1 else [f"{made}.{op.output(index)}" for index in range(len(specs))]
        self._check_node(made)
        for output, spec in zip(names, specs, strict=True):
            self._check_free(output)
            self._values[output] = Value(output, spec, "node", self._scope, spec.floating)
        inputs = tuple(None if item is None else item.name for item in handles)
        self._nodes.append(Node(made, op, inputs, tuple(names), self._scope, origin))
        self._node_names.add(made)
        self._settle()
        results = tuple(Handle(self, output) for output in names)
        return results[0] if len(results) == 1 else results

    def _handles(self, operands: tuple[Any, ...]) -> list[Handle | None]:
        """The operands as values of this builder; floating numbers take the type of the values they meet."""
        values = [self.own(item) if isinstance(item, Handle) else item for item in operands]
        kinds = (item.spec.dtype for item in values if isinstance(item, Handle) and item.spec.floating)
        kind = next(kinds, self.dtype)
        return [
            item if item is None or isinstance(item, Handle) else self._literal(item, kind) for item in values
        ]

    def _literal(self, value: Any, kind: str) -> Handle:
        array = given.numbers(value, Sentence("an operation"))
        floating = array.dtype.kind == "f"
        return self.constant(self.scoped("constant"), array, dtype=kind if floating else None)

    def own(self, value: Any) -> Handle:
        """The value, if it is one of this builder.

        Raises:
            InputError: it is none, or another builder's.
        """
        if not isinstance(value, Handle):
            raise InputError(
                "a value of the builder is needed, such as g.input(…) gives, not {given}",
                given=given.shown(value),
            )
        if value.builder in self.around:
            return self._capture(value)
        if value.builder is not self:
            raise InputError(
                "{name} belongs to another builder (“{other}”); values of two models cannot be mixed",
                name=value.name,
                other=value.builder.name,
            )
        return value

    # ---- bodies -------------------------------------------------------------------------------------------

    @property
    def innermost(self) -> Builder:
        """The builder of the innermost body that is being built, or itself."""
        return self if self.body_now is None else self.body_now.innermost

    @property
    def around(self) -> tuple[Builder, ...]:
        """The builders around a body, nearest first."""
        return () if self.parent is None else (self.parent, *self.parent.around)

    def inside(self, name: str) -> AbstractContextManager[Builder]:
        """Build a body; what is called meanwhile on this builder goes into it."""
        return recording(self, name)

    def take(self, name: str, spec: TensorSpec) -> Handle:
        """A value that a body takes."""
        return self._leaf(Value(self.scoped(name), spec, "input", gradient=spec.floating))

    def value(self, value: Any) -> Handle:
        """What a body gives: a value, or a number as one."""
        return self.own(value) if isinstance(value, Handle) else self._literal(value, self.dtype)

    def _capture(self, value: Handle) -> Handle:
        """A value from outside as one that the body takes."""
        outside = self.parent.own(value) if self.parent is not None else value
        if outside.name not in self._captured:
            name = self.take(outside.name, outside.spec).name
            self._captured[outside.name] = outside, name
        return Handle(self, self._captured[outside.name][1])

    @property
    def captures(self) -> tuple[Handle, ...]:
        """What a body reads from outside, in order."""
        return tuple(outside for outside, _ in self._captured.values())

    def body(self, outputs: Sequence[str]) -> Graph:
        """The finished body: what it takes, then what it reads from outside, and what it gives."""
        captured = [name for _, name in self._captured.values()]
        taken = [value for value in self._values.values() if value.kind != "node"]
        leaves = [value for value in taken if value.name not in captured]
        leaves += [self._values[name] for name in captured]
        made = (value for value in self._values.values() if value.kind == "node")
        return Graph(self.name, (*leaves, *made), tuple(self._nodes), tuple(outputs))

    def _free_above(self, name: str) -> str:
        """A name for a leaf of a body, which stands in the model around it."""
        root = self.around[-1]
        return next(each for each in _numbered(name) if not root.taken(each))

    def taken(self, name: str) -> bool:
        """Whether a value or a node has that name."""
        return name in self._values or name in self._node_names

    def _check_node(self, name: str) -> None:
        if name in self._node_names:
            raise GraphError("the name “{name}” is used for two nodes; rename one", name=name)

    def spec(self, name: str) -> TensorSpec:
        """What is known of a value."""
        return self._values[name].spec

    @property
    def node_count(self) -> int:
        """How many nodes there are by now."""
        return len(self._nodes)

    def rename(self, old: str, new: str) -> None:
        """Give a value another name, everywhere."""
        if new == old:
            return
        self._check_free(given.name(new, Sentence("a value")))
        if old in self._node_names:
            self._check_node(new)
            self._node_names ^= {old, new}
        for base in (old, re.sub(r"_\d+$", "", old)):  # the old name is free again
            self._tried.pop(base, None)
        if self._is_newest(old):
            self._values[new] = replace(self._values.pop(old), name=new)
            self._nodes[-1] = _renamed(self._nodes[-1], old, new)
            return
        data = {(new if key == old else key): array for key, array in self._feed.data.items()}
        self._feed = replace(self._feed, data=data)
        self._values = {
            (new if key == old else key): (replace(value, name=new) if key == old else value)
            for key, value in self._values.items()
        }
        self._nodes = [_renamed(node, old, new) for node in self._nodes]
        self._arrays = {(new if key == old else key): value for key, value in self._arrays.items()}
        self._outputs = [new if name == old else name for name in self._outputs]
        self._carries = [Carry(*(new if name == old else name for name in each)) for each in self._carries]
        self._loss = new if self._loss == old else self._loss

    def _is_newest(self, name: str) -> bool:
        """Whether it is what the last node made, so that nothing else can have named it yet."""
        newest = self._nodes[-1].outputs == (name,) if self._nodes else False
        carried = (each.value for each in self._carries)
        marked = (*self._outputs, self._loss, *carried)
        return newest and next(reversed(self._values)) == name and name not in marked

    def output(self, value: Handle) -> None:
        """Mark a value as one that the model is for."""
        self._outputs.append(self.own(value).name)

    def loss(self, loss: Op | Handle | str, *operands: Any, name: str = "loss") -> Handle:
        """Set what backward starts from: a loss op (or its name) with its operands, or a scalar value.

        The first operand of a loss op becomes an output of the model.
        """
        if self._loss is not None:
            raise GraphError(
                "the model already has the loss “{name}”; add up several to one value", name=self._loss
            )
        if isinstance(loss, Handle):
            handle = self.own(loss)
        else:
            handle = self.call(losses.loss(loss), *operands, name=name)
            if isinstance(operands[0], Handle) and not self._outputs:
                self.output(operands[0])
        losses.check(handle.name, handle.spec)
        self._loss = handle.name
        return handle

    def optimizer(self, optimizer: Op | str) -> None:
        """Set the op that updates each parameter, or name it: ``"adam"``, ``"sgd:0.1"``."""
        self._optimizer = optimizers.optimizer(optimizer)

    def clip(
        self, *, global_norm: float | None = None, norm: float | None = None, value: float | None = None
    ) -> None:
        """Shorten the gradients before the update, in one of three ways.

        Args:
            global_norm: the norm that all gradients together have at most, as ``clip_grad_norm_`` in PyTorch.
            norm: the norm that the gradient of each parameter has at most.
            value: the largest magnitude of each number, as ``clip_grad_value_`` in PyTorch.

        Raises:
            InputError: not exactly one of them, or no positive number.
        """
        self._clipping = clipping.clipping(global_norm=global_norm, norm=norm, value=value)

    def feed(self, data: Mapping[str, Any], *, batch: int | None = None, shuffle: bool = False) -> None:
        """Set the data: one array per input."""
        self._feed = feed(data, batch=batch, shuffle=shuffle)

    def build(self) -> Model:
        """The finished model.

        Raises:
            InputError: the data is for an input that the model does not have.
        """
        self._check_feed()
        leaves = [value for value in self._values.values() if value.kind != "node"]
        made = [value for value in self._values.values() if value.kind == "node"]
        outputs: tuple[str, ...] = tuple(
            dict.fromkeys([*self._outputs, *([self._loss] if self._loss else [])])
        )
        if not outputs:
            outputs = tuple(self._nodes[-1].outputs) if self._nodes else ()
        graph = Graph(self.name, (*leaves, *made), tuple(self._nodes), outputs, tuple(self._carries))
        source = find_source(item.origin for item in (*leaves, *self._nodes))
        return Model(
            graph, dict(self._arrays), self._feed, self._loss, self._optimizer, source, self._clipping
        )

    def _check_feed(self) -> None:
        inputs = [value.name for value in self._values.values() if value.kind == "input"]
        for name in self._feed.data:
            if name not in inputs:
                raise InputError(
                    "{name} is not an input of {model}; its inputs are {inputs}",
                    name=name,
                    model=self.name,
                    inputs=", ".join(inputs) or "-",
                )


def _rounded(array: np.ndarray, dtype: str) -> np.ndarray:
    """As it is kept: floating numbers in float64, which the session rounds once."""
    made = array.astype(np.float64 if dtype in FLOATING else dtype, copy=False)
    made.setflags(write=False)
    return made


def _specs(op: Op, handles: Sequence[Handle | None]) -> tuple[TensorSpec, ...]:
    """What the op makes of the values.

    Raises:
        GraphScopeError: they do not fit.
    """
    try:
        return op.specs(*(None if item is None else item.spec for item in handles))
    except GraphScopeError as error:
        raise op.in_names(error, [None if item is None else item.name for item in handles]) from None
    except Exception as error:
        raise GraphError(
            "{op} cannot be applied to {operands}: its shape rule stopped with {kind} ({reason})",
            op=repr(op),
            operands=", ".join("-" if item is None else f"{item.name} ({item.spec})" for item in handles),
            kind=type(error).__name__,
            reason=str(error),
        ) from error


def _numbered(name: str) -> Iterator[str]:
    """``add``, ``add_2``, ``add_3``, …"""
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def identifier(name: str) -> str:
    """``MatMul`` → ``matmul``, ``SoftmaxCrossEntropy`` → ``softmax_cross_entropy``."""
    return "matmul" if name == "MatMul" else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _renamed(node: Node, old: str, new: str) -> Node:
    if old != node.name and old not in node.inputs and old not in node.outputs:
        return node

    def swap(names: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(new if name == old else name for name in names)

    return replace(
        node,
        name=new if node.name == old else node.name,
        inputs=swap(node.inputs),
        outputs=swap(node.outputs),
    )
