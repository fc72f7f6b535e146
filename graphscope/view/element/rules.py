"""How one element of each primitive's result comes from elements of its operands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from graphscope.engine.record import ArrayRef, Call, Trace
from graphscope.view.element.expression import (
    FUNCTIONS,
    Apply,
    Chosen,
    Constant,
    Expression,
    Fold,
    Opaque,
    Position,
    apply,
    negated,
    series,
)
from graphscope.view.element.moving import FROM_ALL, FROM_FIRST, Origins, unravel

Index = tuple[int, ...]


class Reader(Protocol):
    """Who writes elements out and asks the rules how."""

    @property
    def trace(self) -> Trace:
        """The recorded kernel."""
        ...

    def at(self, ref: ArrayRef, index: Index) -> Expression:
        """One element of an array."""
        ...

    def origins(self, call: Call) -> Origins:
        """Where the elements of a moving call came from."""
        ...


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


def part(reader: Reader, operand: Any, index: Index) -> Expression:
    """The element of a broadcast operand that meets ``index``; a number is itself."""
    if not isinstance(operand, ArrayRef):
        return Constant(operand)
    shape = reader.trace.array(operand).shape
    own = index[len(index) - len(shape) :]
    return reader.at(
        operand, tuple(0 if size == 1 else place for size, place in zip(shape, own, strict=True))
    )


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


def _cast(reader: Reader, call: Call, index: Index) -> Expression:
    """A cast changes an element only where it rounds to an integer or a truth value."""
    inner = part(reader, call.operands[0], index)
    before, after = reader.trace.array(call.operands[0]).dtype, reader.trace.array(call.result).dtype
    if before.kind != "f" or after.kind == "f":
        return inner
    return Apply("not_equal", (inner, Constant(0))) if after.kind == "b" else Apply("trunc", (inner,))


def _chosen(reader: Reader, call: Call, index: Index) -> Expression:
    """``where``: the branch that was taken."""
    condition, yes, no = call.operands
    array = np.asarray(reader.trace.array(condition) if isinstance(condition, ArrayRef) else condition)
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
    zero = Constant(0)
    return series(
        "add", values != 0, lambda position: Apply("not_equal", (reader.at(operand, places(position)), zero))
    )


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
    chosen: tuple[int, ...] = axis if isinstance(axis, tuple) else (axis,)
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


def _contracted(reader: Reader, call: Call, index: Index) -> Expression:
    """Products of elements summed over the letters that the result lacks."""
    operands, labels, out = _letters(reader.trace, call)
    return contract(reader, operands, labels, dict(zip(out, index, strict=True)))


def _letters(trace: Trace, call: Call) -> tuple[list[ArrayRef], list[str], str]:
    """A matrix product as Einstein's summation: its operands, a letter for each axis, and those of the result."""
    operands = list(call.operands)
    ranks = [trace.array(operand).ndim for operand in operands]
    lead = "abcdefghij"[: max(ranks, default=0)]
    match call.function:
        case "einsum":
            return operands, *_subscripts(call.options["equation"], ranks)
        case "vecdot":
            out = lead[len(lead) - max(ranks) + 1 :]
            return operands, [out[len(out) - rank + 1 :] + "k" for rank in ranks], out
        case "tensordot":
            return operands, *_tensordot(call.options.get("axes", 2), *ranks)
        case _:
            batch = lead[: max(max(ranks) - 2, 0)]
            left = "k" if ranks[0] == 1 else batch[len(batch) - ranks[0] + 2 :] + "mk"
            right = "k" if ranks[1] == 1 else batch[len(batch) - ranks[1] + 2 :] + "kn"
            return operands, [left, right], batch + "m" * (ranks[0] > 1) + "n" * (ranks[1] > 1)


def _subscripts(equation: str, ranks: list[int]) -> tuple[list[str], str]:
    """The letters of an einsum; "..." stands for capital letters, counted from the right."""
    inputs, _, out = equation.replace(" ", "").partition("->")
    spread: list[str] = []
    widest = ""
    for subscript, rank in zip(inputs.split(","), ranks, strict=True):
        count = rank - len(subscript.replace("...", ""))
        dots = "ZYXWVUTS"[:count][::-1]
        widest = max(widest, dots, key=len)
        spread.append(subscript.replace("...", dots))
    if "->" not in equation:
        letters = "".join(spread)
        out = "..." + "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
    return spread, out.replace("...", widest)


def _tensordot(axes: Any, left: int, right: int) -> tuple[list[str], str]:
    first = "abcdefghij"[:left]
    pairs = (
        zip(range(left - axes, left), range(axes), strict=True)
        if isinstance(axes, int)
        else zip(*axes, strict=True)
    )
    met = {b % right: first[a % left] for a, b in pairs}
    second = "".join(met.get(axis, "klmnopqrst"[axis]) for axis in range(right))
    return [first, second], "".join(letter for letter in first + second if letter not in met.values())


def contract(
    reader: Reader, operands: list[ArrayRef], labels: list[str], fixed: dict[str, int]
) -> Expression:
    """The sum of products of elements, with the letters in ``fixed`` held and all others run through."""
    arrays = [reader.trace.array(operand) for operand in operands]
    sizes: dict[str, int] = {}
    for array, letters in zip(arrays, labels, strict=True):
        for letter, size in zip(letters, array.shape, strict=True):
            sizes[letter] = max(size, sizes.get(letter, 0))
    free = [letter for letter in sizes if letter not in fixed]
    cut = [_cut(array, letters, fixed) for array, letters in zip(arrays, labels, strict=True)]
    inner = ["".join(letter for letter in letters if letter not in fixed) for letters in labels]
    with np.errstate(all="ignore"):
        values = np.einsum(f"{','.join(inner)}->{''.join(free)}", *cut)

    def term(position: int) -> Expression:
        places = {
            **fixed,
            **dict(zip(free, unravel(position, tuple(sizes[letter] for letter in free)), strict=True)),
        }
        factors = [
            part(reader, operand, tuple(places[letter] for letter in letters))
            for operand, letters in zip(operands, labels, strict=True)
        ]
        product = factors[0]
        for factor in factors[1:]:
            product = apply("multiply", product, factor)
        return product

    return series("add", np.asarray(values).reshape(-1), term)


def _cut(array: np.ndarray[Any, Any], letters: str, fixed: dict[str, int]) -> np.ndarray[Any, Any]:
    """The part of an operand where the held letters are what they are, in float64."""
    key = tuple(
        (0 if size == 1 else fixed[letter]) if letter in fixed else slice(None)
        for letter, size in zip(letters, array.shape, strict=True)
    )
    return array[key].astype(np.float64)


def _scattered(reader: Reader, call: Call, index: Index) -> Expression:
    """The sum of all values that were sent to this place."""
    indices, values = call.operands
    where, what = reader.trace.array(indices), reader.trace.array(values)
    axis = call.options["axis"] % what.ndim
    size = reader.trace.array(call.result).shape[axis]
    line = where if where.ndim == 1 else where[(*index[:axis], slice(None), *index[axis + 1 :])]
    hits = [int(hit) for hit in np.nonzero(line % size == index[axis])[0]]
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
    **dict.fromkeys(("asarray", "positive", "real", "conj"), _through),
    **dict.fromkeys(("matmul", "einsum", "vecdot", "tensordot"), _contracted),
    **dict.fromkeys(("argmax", "argmin"), _winner),
    "all": _reduced("logical_and"),
    "any": _reduced("logical_or"),
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
