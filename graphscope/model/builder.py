"""Building a model in Python: inputs, parameters, operators on values, layers, a loss and an optimizer."""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from graphscope.errors import GraphError, GraphScopeError, InputError
from graphscope.graph.graph import Graph, Node, Origin, Value
from graphscope.graph.scope import Scope, inside
from graphscope.graph.spec import INTEGER, Dim, TensorSpec
from graphscope.model.feed import Feed, feed
from graphscope.model.handle import Handle
from graphscope.model.initializers import Initializer
from graphscope.model.model import Model
from graphscope.ops.base import Op

_PACKAGE = str(Path(__file__).resolve().parents[1])


class Builder:
    """Collects values and nodes; ``build()`` freezes them into a `Model`.

    Args:
        name: the model's name.
        dtype: the floating type of inputs and parameters.
    """

    def __init__(self, name: str, *, dtype: str = "float32") -> None:
        self.name = name
        self.dtype = dtype
        self._values: dict[str, Value] = {}
        self._nodes: list[Node] = []
        self._arrays: dict[str, np.ndarray | Initializer] = {}
        self._scope: Scope = ()
        self._outputs: list[str] = []
        self._loss: str | None = None
        self._optimizer: Op | None = None
        self._feed = Feed()

    def input(
        self,
        name: str,
        shape: Sequence[Dim] = (),
        *,
        dtype: str | None = None,
        axes: Sequence[str] = (),
        gradient: bool = True,
    ) -> Handle:
        """A value that the data fills; a size may be a name such as "batch".

        Args:
            gradient: False for labels, which nobody differentiates.
        """
        spec = TensorSpec(tuple(shape), dtype or self.dtype, tuple(axes))
        return self._leaf(Value(name, spec, "input", self._scope, gradient and spec.floating))

    def parameter(self, name: str, value: Any, shape: Sequence[int] | None = None) -> Handle:
        """A value that training changes: an array, a number, or an initializer with a shape."""
        if hasattr(value, "draw"):
            if shape is None:
                raise InputError("parameter {name}: an initializer needs a shape, such as (2, 4)", name=name)
            self._arrays[name] = value
            spec = TensorSpec(tuple(shape), self.dtype)
        else:
            spec = self._store(name, value, self.dtype)
        return self._leaf(Value(name, spec, "parameter", self._scope, spec.floating))

    def constant(self, name: str, value: Any) -> Handle:
        """A value that never changes."""
        array = np.asarray(value)
        spec = self._store(name, value, self.dtype if array.dtype.kind == "f" else array.dtype.name)
        return self._leaf(Value(name, spec, "constant", self._scope, gradient=False))

    def _store(self, name: str, value: Any, dtype: str) -> TensorSpec:
        array = np.array(value, dtype=np.float64 if dtype not in (*INTEGER, "bool") else dtype)
        array.setflags(write=False)
        self._arrays[name] = array
        return TensorSpec(array.shape, dtype)

    def _leaf(self, value: Value) -> Handle:
        if value.name in self._values:
            raise GraphError("the name “{name}” is used for two values; rename one", name=value.name)
        self._values[value.name] = value
        return Handle(self, value.name)

    @contextmanager
    def scope(self, name: str) -> Generator[None, None, None]:
        """What is made inside belongs to this group."""
        outer, self._scope = self._scope, (*self._scope, name)
        try:
            yield
        finally:
            self._scope = outer

    def free_scope(self, name: str) -> str:
        """A name that no group in the current scope has: ``dense``, ``dense_2``."""
        depth = len(self._scope)
        found = (*self._values.values(), *self._nodes)
        taken = {
            item.scope[depth] for item in found if inside(item.scope, self._scope) and len(item.scope) > depth
        }
        return next(candidate for candidate in _numbered(name) if candidate not in taken)

    def qualified(self, name: str) -> str:
        """The name of something in the current scope: ``hidden.weight``."""
        return ".".join((*self._scope, name))

    def scoped(self, name: str) -> str:
        """A free name for something in the current scope: ``hidden.weight``, ``add``, ``add_2``."""
        taken = {*self._values, *(node.name for node in self._nodes)}
        return next(candidate for candidate in _numbered(self.qualified(name)) if candidate not in taken)

    def call(self, op: Op, *operands: Any, name: str | None = None) -> Any:
        """Apply an op to values (numbers become constants).

        Returns:
            The value that it makes, or a tuple where there are several.

        Raises:
            ShapeError: the operands do not fit; the sentence ends with the line of your program.
        """
        handles = [None if item is None else self._handle(item) for item in operands]
        origin = _origin()
        try:
            specs = op.specs(*(None if item is None else item.spec for item in handles))
        except GraphScopeError as error:
            raise _located(error, origin) from None
        if name is not None and name in self._values:
            raise GraphError("the name “{name}” is used for two values; rename one", name=name)
        made = name or self.scoped(_identifier(op.name))
        names = [made] if len(specs) == 1 else [f"{made}.{op.output(index)}" for index in range(len(specs))]
        for output, spec in zip(names, specs, strict=True):
            self._values[output] = Value(output, spec, "node", self._scope, spec.floating)
        inputs = tuple(None if item is None else item.name for item in handles)
        self._nodes.append(Node(made, op, inputs, tuple(names), self._scope, origin))
        results = tuple(Handle(self, output) for output in names)
        return results[0] if len(results) == 1 else results

    def _handle(self, item: Any) -> Handle:
        if isinstance(item, Handle):
            return item
        return self.constant(self.scoped("constant"), item)

    def spec(self, name: str) -> TensorSpec:
        """What is known of a value."""
        return self._values[name].spec

    def rename(self, old: str, new: str) -> None:
        """Give a value another name, everywhere."""
        if new in self._values:
            raise GraphError("the name “{name}” is used for two values; rename one", name=new)
        self._values = {
            (new if key == old else key): (replace(value, name=new) if key == old else value)
            for key, value in self._values.items()
        }
        self._nodes = [_renamed(node, old, new) for node in self._nodes]
        self._arrays = {(new if key == old else key): value for key, value in self._arrays.items()}
        self._outputs = [new if name == old else name for name in self._outputs]
        self._loss = new if self._loss == old else self._loss

    def output(self, value: Handle) -> None:
        """Mark a value as one that the model is for."""
        self._outputs.append(value.name)

    def loss(self, loss: Op | Handle, *operands: Any, name: str = "loss") -> Handle:
        """Set what backward starts from: a loss op with its operands, or a scalar value.

        The first operand of a loss op becomes an output of the model.
        """
        if isinstance(loss, Handle):
            handle = loss
        else:
            if isinstance(operands[0], Handle) and not self._outputs:
                self.output(operands[0])
            handle = self.call(loss, *operands, name=name)
        if handle.spec.shape not in ((), (1,)):
            raise InputError(
                "the loss must be one number, but {name} is {shape}; sum it or take its mean",
                name=handle.name,
                shape=str(handle.spec),
            )
        self._loss = handle.name
        return handle

    def optimizer(self, optimizer: Op) -> None:
        """Set the op that updates each parameter."""
        self._optimizer = optimizer

    def feed(self, data: Mapping[str, Any], *, batch: int | None = None, shuffle: bool = False) -> None:
        """Set the data: one array per input."""
        self._feed = feed(data, batch=batch, shuffle=shuffle)

    def build(self) -> Model:
        """The finished model."""
        leaves = [value for value in self._values.values() if value.kind != "node"]
        made = [value for value in self._values.values() if value.kind == "node"]
        outputs: tuple[str, ...] = tuple(
            dict.fromkeys([*self._outputs, *([self._loss] if self._loss else [])])
        )
        if not outputs:
            outputs = tuple(self._nodes[-1].outputs) if self._nodes else ()
        graph = Graph(self.name, (*leaves, *made), tuple(self._nodes), outputs)
        return Model(graph, dict(self._arrays), self._feed, self._loss, self._optimizer)


def _numbered(name: str) -> Iterator[str]:
    """``add``, ``add_2``, ``add_3``, …"""
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def _identifier(name: str) -> str:
    """``MatMul`` → ``matmul``, ``SoftmaxCrossEntropy`` → ``softmax_cross_entropy``."""
    return "matmul" if name == "MatMul" else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _renamed(node: Node, old: str, new: str) -> Node:
    def swap(names: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(new if name == old else name for name in names)

    return replace(
        node,
        name=new if node.name == old else node.name,
        inputs=swap(node.inputs),
        outputs=swap(node.outputs),
    )


def _origin() -> Origin | None:
    """The innermost line that called us from outside the package: the user's."""
    frame = sys._getframe(2)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return Origin(frame.f_code.co_filename, frame.f_lineno) if frame is not None else None


def _located(error: GraphScopeError, origin: Origin | None) -> GraphScopeError:
    """The same error, ending with the line of the user's program."""
    if origin is None:
        return error
    line = linecache.getline(origin.file, origin.line).strip()
    where = f"{Path(origin.file).name}:{origin.line}" + (f": {line}" if line else "")
    located = type(error)(error.sentence.template, **error.sentence.fields)
    located.origin = origin  # type: ignore[attr-defined]
    located.args = (f"{error} — {where}",)
    return located
