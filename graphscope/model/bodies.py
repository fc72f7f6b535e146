"""Building what has bodies: choices, loops, scans and functions, each from a Python function that is run once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, cast

from graphscope.errors import InputError, Sentence
from graphscope.graph.graph import Graph, Value
from graphscope.graph.spec import TensorSpec
from graphscope.model import given
from graphscope.model.handle import Handle
from graphscope.ops.control import Call, If, Loop, Scan

if TYPE_CHECKING:
    from graphscope.model.builder import Builder

NUMBER, CONDITION = TensorSpec((), "int64"), TensorSpec((), "bool")


@dataclass(frozen=True)
class Body:
    """A function that was run once to see what it does.

    Args:
        graph: what it takes, with what it reads from outside, and gives.
        captures: what it reads from outside, as values of the builder around it.
        single: whether it gave one value, not a sequence of them.
    """

    graph: Graph
    captures: tuple[Handle, ...]
    single: bool

    def taking(self, names: Sequence[str], specs: Sequence[TensorSpec]) -> Graph:
        """The graph with these inputs after its own."""
        own = len(self.graph.inputs) - len(self.captures)
        leaves = (*self.graph.table[:own], *map(_leaf, names, specs))
        made = self.graph.table[len(self.graph.inputs) :]
        return Graph(self.graph.name, (*leaves, *made), self.graph.nodes, self.graph.outputs)


class Bodies:
    """What a builder can make of Python functions; a part of `graphscope.model.builder.Builder`."""

    @property
    def _builder(self) -> Builder:
        return cast("Builder", self)

    def cond(
        self,
        condition: Any,
        then: Callable[[], Any],
        otherwise: Callable[[], Any],
        *,
        name: str = "cond",
    ) -> Any:
        """One of two things, as the condition says while the model runs.

        ``then`` and ``otherwise`` take nothing and may read any value; both give as many values.

        Returns:
            The value that they give, or a tuple where they give several.
        """
        then_body = self._record("then", then, ())
        else_body = self._record("otherwise", otherwise, ())
        captures = list({each.name: each for each in (*then_body.captures, *else_body.captures)}.values())
        names, specs = [each.name for each in captures], [each.spec for each in captures]
        op = If(then_body.taking(names, specs), else_body.taking(names, specs))
        made = self._called(op, (condition, *captures), name)
        return made[0] if then_body.single else made

    def loop(
        self,
        count: Any,
        states: Any,
        body: Callable[..., Any],
        *,
        condition: Callable[..., Any] | None = None,
        collect: int = 0,
        numbered: bool = False,
        name: str = "loop",
    ) -> Any:
        """A loop: ``body`` takes the states and gives the new ones, again and again.

        Args:
            count: how often: a number, a value, or None where the condition alone says.
            states: a value, or a sequence of them.
            condition: takes the states too; a trip begins only where it gives true.
            collect: so many of what the body gives at the end are no states, but stacked trip by trip.
            numbered: whether body and condition take the number of the trip first.

        Returns:
            The last states and the stacks: one value, or a tuple.
        """
        first = self._several(states)
        takes = [("trip", NUMBER), *((("go", CONDITION),) if condition is not None else ())]
        recorded = self._record(
            "body", self._trip(body, condition, collect, numbered), (*takes, *_told(body, first, numbered))
        )
        _check_states(recorded.graph, first, int(condition is not None))
        fixed = count is not None and not isinstance(count, Handle)
        trips = given.whole(count, Sentence("a number of trips")) if fixed else None
        op = Loop(recorded.graph, len(first), trips, condition is not None)
        asked = None if condition is None else condition(*((0,) if numbered else ()), *first)
        operands = (count if isinstance(count, Handle) else None, asked, *first, *recorded.captures)
        made = self._called(op, operands, name)
        return made[0] if len(made) == 1 and isinstance(states, Handle) else made

    def scan(
        self,
        states: Any,
        sequences: Any,
        body: Callable[..., Any],
        *,
        axis: int = 0,
        backward: bool = False,
        name: str = "scan",
    ) -> Any:
        """A loop over the layers of sequences: ``body`` takes the states and one layer of each sequence.

        It gives the new states, then what is stacked trip by trip.

        Args:
            states: a value, a sequence of them, or () for none.
            sequences: a value, or a sequence of them.
            axis: along which the layers lie, in the results too.
            backward: whether to begin with the last layer.

        Returns:
            The last states and the stacks, as a tuple.
        """
        first, through = self._several(states), self._several(sequences)
        layers = [_layer(each.spec, axis) for each in through]
        names = _names(body, len(first) + len(through))
        takes = list(zip(names, (*(each.spec for each in first), *layers), strict=True))
        recorded = self._record("body", body, takes)
        _check_states(recorded.graph, first, 0)
        stacks = len(recorded.graph.outputs) - len(first)
        op = Scan(
            recorded.graph,
            states=len(first),
            sequences=len(through),
            axes=(axis,) * len(through),
            backward=(backward,) * len(through),
            stacked_axes=(axis,) * stacks,
            stacked_backward=(backward,) * stacks,
        )
        return self._called(op, (*first, *through, *recorded.captures), name)

    def function(self, body: Callable[..., Any], *operands: Any, name: str) -> Any:
        """What a Python function does with values, as a frame of its own that can be stepped over."""
        values = [self._builder.innermost.own(each) for each in operands]
        takes = list(zip(_names(body, len(values)), (each.spec for each in values), strict=True))
        recorded = self._record(name, body, takes)
        made = self._called(Call(recorded.graph), (*values, *recorded.captures), name)
        return made[0] if recorded.single else made

    # ---- running a function once --------------------------------------------------------------------------

    def _record(
        self, name: str, function: Callable[..., Any], takes: Sequence[tuple[str, TensorSpec]]
    ) -> Body:
        """Run a function with placeholders, and keep the operations that it applies."""
        with self._builder.inside(name) as body:
            made = function(*(body.take(each, spec) for each, spec in takes))
            single = not isinstance(made, (tuple, list))
            results = [body.value(each) for each in _all(made)]
            graph = body.body([each.name for each in results])
            return Body(graph, body.captures, single)

    def _trip(
        self, body: Callable[..., Any], condition: Callable[..., Any] | None, collect: int, numbered: bool
    ) -> Callable[..., Any]:
        """One trip of a loop as a function of the number, the condition where there is one, and the states."""

        def trip(number: Handle, *rest: Handle) -> tuple[Any, ...]:
            states = rest if condition is None else rest[1:]
            made = body(*((number,) if numbered else ()), *states)
            results = _all(made)
            if condition is None:
                return results
            new = results[: len(results) - collect]
            return (condition(*((number + 1,) if numbered else ()), *new), *results)

        return trip

    def _several(self, values: Any) -> list[Handle]:
        return [
            self._builder.innermost.own(each)
            for each in ((values,) if isinstance(values, Handle) else values)
        ]

    def _called(self, op: Any, operands: Sequence[Any], name: str) -> tuple[Handle, ...]:
        builder = self._builder.innermost
        made = builder.call(op, *operands, name=builder.scoped(name))
        return _all(made)


def _all(made: Any) -> tuple[Any, ...]:
    """One value, or several."""
    return tuple(cast("Iterable[Any]", made)) if isinstance(made, (tuple, list)) else (made,)


def _told(body: Callable[..., Any], states: Sequence[Handle], numbered: bool) -> list[tuple[str, TensorSpec]]:
    names = _names(body, len(states) + numbered)[int(numbered) :]
    return list(zip(names, (each.spec for each in states), strict=True))


def _names(function: Callable[..., Any], count: int) -> list[str]:
    """What a function calls what it takes."""
    kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    try:
        named = [each.name for each in signature(function).parameters.values() if each.kind in kinds]
    except (TypeError, ValueError):
        named = []
    return named[:count] if len(named) >= count else [f"x{place}" for place in range(count)]


def _leaf(name: str, spec: TensorSpec) -> Value:
    return Value(name, spec, "input", gradient=spec.floating)


def _layer(spec: TensorSpec, axis: int) -> TensorSpec:
    place = axis % max(spec.rank, 1)
    return spec.like(shape=(*spec.shape[:place], *spec.shape[place + 1 :]), axes=())


def _check_states(body: Graph, states: Sequence[Handle], skip: int) -> None:
    """A body must give at least as many values as there are states."""
    if len(body.outputs) - skip < len(states):
        raise InputError(
            "the body of a loop with {n} states must give {n} new ones, but it gives {given}",
            n=len(states),
            given=len(body.outputs) - skip,
        )


@contextmanager
def recording(outer: Builder, name: str) -> Generator[Builder, None, None]:
    """A builder for a body: while it is there, what is called on the builders around it goes into it."""
    around = outer.innermost
    body = type(outer)(name, dtype=outer.dtype)
    body.parent, around.body_now = around, body
    try:
        yield body
    finally:
        around.body_now = None
