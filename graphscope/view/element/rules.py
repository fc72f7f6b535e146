"""How one element of each primitive's result comes from elements of its operands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from graphscope.engine.record import ArrayRef, Call
from graphscope.view.element.contraction import contracted
from graphscope.view.element.expression import (
    FUNCTIONS,
    Apply,
    Chosen,
    Constant,
    Expression,
    Fold,
    Opaque,
    Position,
)
from graphscope.view.element.folding import apply, negated, series
from graphscope.view.element.moving import FROM_ALL, FROM_FIRST, unravel
from graphscope.view.element.parts import Index, Reader, part

Rule = Callable[[Reader, Call, Index], Expression]


def write_out(reader: Reader, call: Call, index: Index) -> Expression:
    """One element of a call's result, by the rule for its function."""
    rule = RULES.get(call.function)
    if rule is not None:
        return rule(reader, call, index)
    operands = tuple(operand for operand in call.operands if isinstance(operand, ArrayRef))
    return Opaque(call.function, operands, reader.trace.array(call.result)[index])


def has_rule(function: str) -> bool:
    """Whether a primitive's elements can be explained one by one."""
    return function in RULES


def _elementwise(reader: Reader, call: Call, index: Index) -> Expression:
    parts = [part(reader, operand, index) for operand in call.operands]
    if call.function == "negative":
        return negated(parts[0])
    if call.function == "subtract":
        return _difference(parts[0], parts[1])
    return apply(call.function, *parts)


def _difference(left: Expression, right: Expression) -> Expression:
    zero = isinstance(left, Constant) and not isinstance(left.value, bool) and left.value == 0
    return negated(right) if zero else apply("subtract", left, right)


def _moved(reader: Reader, call: Call, index: Index) -> Expression:
    origin = reader.origins(call).find(index)
    return Constant(_plain(reader, call, index)) if origin is None else reader.at(*origin)


def _made(reader: Reader, call: Call, index: Index) -> Expression:
    return Constant(_plain(reader, call, index))


def _plain(reader: Reader, call: Call, index: Index) -> Any:
    return reader.trace.array(call.result)[index].item()


def _through(reader: Reader, call: Call, index: Index) -> Expression:
    return part(reader, call.operands[0], index)


def _handed(reader: Reader, call: Call, index: Index) -> Expression:
    """``asarray``: of an array the element itself; of numbers that the kernel wrote down, the number."""
    known = isinstance(call.operands[0], ArrayRef)
    return _through(reader, call, index) if known else _made(reader, call, index)


def _cast(reader: Reader, call: Call, index: Index) -> Expression:
    """A cast changes an element only where it rounds to an integer or a truth value."""
    inner = part(reader, call.operands[0], index)
    before = reader.trace.array(call.operands[0]).dtype.kind
    after = reader.trace.array(call.result).dtype.kind
    if after == "b" and before != "b":
        return Apply("not_equal", (inner, Constant(0)))
    return Apply("trunc", (inner,)) if before == "f" and after != "f" else inner


def _chosen(reader: Reader, call: Call, index: Index) -> Expression:
    """``where``: the branch that was taken."""
    condition, yes, no = call.operands
    array: Any = reader.trace.array(condition) if isinstance(condition, ArrayRef) else np.asarray(condition)
    holds = bool(np.broadcast_to(array, reader.trace.array(call.result).shape)[index])
    return Chosen(part(reader, yes if holds else no, index), part(reader, condition, index), holds)


def _clipped(reader: Reader, call: Call, index: Index) -> Expression:
    inner = part(reader, call.operands[0], index)
    low, high = call.options.get("min"), call.options.get("max")
    if low is not None:
        inner = Apply("maximum", (inner, part(reader, low, index)))
    return inner if high is None else Apply("minimum", (inner, part(reader, high, index)))


def _reduced(fold: Fold) -> Rule:
    def rule(reader: Reader, call: Call, index: Index) -> Expression:
        (operand,) = call.operands
        values, places = _window(reader.trace.array(operand), call.options, index)
        return series(fold, values, lambda position: reader.at(operand, places(position)))

    return rule


def _mean(reader: Reader, call: Call, index: Index) -> Expression:
    values, _ = _window(reader.trace.array(call.operands[0]), call.options, index)
    return Apply("divide", (_reduced("add")(reader, call, index), Constant(int(values.size))))


def _counted(reader: Reader, call: Call, index: Index) -> Expression:
    (operand,) = call.operands
    values, places = _window(reader.trace.array(operand), call.options, index)

    def term(position: int) -> Expression:
        each = reader.at(operand, places(position))
        return each if values.dtype.kind == "b" else Apply("not_equal", (each, Constant(0)))

    return series("add", values != 0, term)


def _window(
    array: np.ndarray[Any, Any], options: Mapping[str, Any], index: Index
) -> tuple[np.ndarray[Any, Any], Callable[[int], Index]]:
    """The elements that a reduction folds into one, and the index of each."""
    axes = reduced_axes(options.get("axis"), array.ndim)
    rest = iter(
        index if not options.get("keepdims") else [index[i] for i in range(array.ndim) if i not in axes]
    )
    key: tuple[Any, ...] = tuple(slice(None) if axis in axes else next(rest) for axis in range(array.ndim))
    sizes = tuple(array.shape[axis] for axis in axes)

    def place(position: int) -> Index:
        inner = iter(unravel(position, sizes))
        return tuple(next(inner) if isinstance(each, slice) else each for each in key)

    return array[key].reshape(-1), place


def reduced_axes(axis: Any, rank: int) -> tuple[int, ...]:
    """The axes that a reduction goes along, in order; None means all."""
    if axis is None:
        return tuple(range(rank))
    chosen = cast("tuple[int, ...]", axis) if isinstance(axis, tuple) else (axis,)
    return tuple(sorted(each % rank for each in chosen))


def _cumulative(fold: Fold) -> Rule:
    def rule(reader: Reader, call: Call, index: Index) -> Expression:
        (operand,) = call.operands
        array = reader.trace.array(operand)
        axis = call.options.get("axis") or 0
        axis %= array.ndim
        line = array[(*index[:axis], slice(0, index[axis] + 1), *index[axis + 1 :])]
        return series(
            fold, line, lambda position: reader.at(operand, (*index[:axis], position, *index[axis + 1 :]))
        )

    return rule


def _winner(reader: Reader, call: Call, index: Index) -> Expression:
    """``argmax``: the position, and the element that won it."""
    (operand,) = call.operands
    value = int(reader.trace.array(call.result)[index])
    _, places = _window(reader.trace.array(operand), call.options, index)
    return Position(call.function, reader.at(operand, places(value)), value)


def _sorted(reader: Reader, call: Call, index: Index) -> Expression:
    (operand,) = call.operands
    axis = call.options.get("axis", -1) % len(index)
    line = (*index[:axis], slice(None), *index[axis + 1 :])
    order = np.argsort(reader.trace.array(operand)[line], kind="stable")
    place = order[::-1][index[axis]] if call.options.get("descending") else order[index[axis]]
    return reader.at(operand, (*index[:axis], int(place), *index[axis + 1 :]))


def _scattered(reader: Reader, call: Call, index: Index) -> Expression:
    """The sum of all values that were sent to this place."""
    indices, values = call.operands
    where, what = reader.trace.array(indices), reader.trace.array(values)
    axis = call.options["axis"] % what.ndim
    size = reader.trace.array(call.result).shape[axis]
    line: Any = where if where.ndim == 1 else where[(*index[:axis], slice(None), *index[axis + 1 :])]
    hits = [place for place, number in enumerate(line.tolist()) if number % size == index[axis]]
    chosen = what[(*index[:axis], slice(None), *index[axis + 1 :])][hits]
    return series(
        "add", chosen, lambda position: reader.at(values, (*index[:axis], hits[position], *index[axis + 1 :]))
    )


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(FUNCTIONS, _elementwise),
    **dict.fromkeys((*FROM_FIRST, *FROM_ALL), _moved),
    **dict.fromkeys(
        ("arange", "eye", "full", "full_like", "linspace", "ones", "ones_like", "zeros", "zeros_like"), _made
    ),
    **dict.fromkeys(("positive", "real", "conj"), _through),
    **dict.fromkeys(("argsort", "nonzero", "searchsorted"), _made),
    **dict.fromkeys(("matmul", "einsum", "vecdot", "tensordot"), contracted),
    **dict.fromkeys(("argmax", "argmin"), _winner),
    "all": _reduced("logical_and"),
    "any": _reduced("logical_or"),
    "asarray": _handed,
    "astype": _cast,
    "clip": _clipped,
    "count_nonzero": _counted,
    "cumulative_prod": _cumulative("multiply"),
    "cumulative_sum": _cumulative("add"),
    "max": _reduced("maximum"),
    "mean": _mean,
    "min": _reduced("minimum"),
    "prod": _reduced("multiply"),
    "scatter_add": _scattered,
    "sort": _sorted,
    "sum": _reduced("add"),
    "where": _chosen,
}
"""The rule for each primitive that the ops may call; `has_rule` tells of one that lacks it."""
