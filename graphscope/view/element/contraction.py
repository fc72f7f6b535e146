"""Sums of products: the rule for matrix products and Einstein's summation."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphscope.engine.record import ArrayRef, Call, Trace
from graphscope.view.element.expression import Expression
from graphscope.view.element.folding import apply, series
from graphscope.view.element.moving import unravel
from graphscope.view.element.parts import Index, Reader, part


def contracted(reader: Reader, call: Call, index: Index) -> Expression:
    """Products of elements summed over the letters that the result lacks."""
    operands, labels, out = _letters(reader.trace, call)
    return _contract(reader, operands, labels, dict(zip(out, index, strict=True)))


def _letters(trace: Trace, call: Call) -> tuple[list[ArrayRef], list[str], str]:
    """A matrix product as Einstein's summation: operands, a letter for each axis, and those of the result."""
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
        letters = inputs.replace("...", "").replace(",", "")
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


def _contract(
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
