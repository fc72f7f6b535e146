"""Einstein's summation: products of elements summed over letters, of which products, traces and sums are kinds."""

from __future__ import annotations

from typing import NamedTuple

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, broadcast, promote
from graphscope.ops.base import Op

_FREE = "ZYXWVUTSRQPONMLKJIHGFEDCBA"
"""Letters for the axes that "..." stands for, and for the second of two equal letters."""


class Letters(NamedTuple):
    """An equation in which every axis has a letter.

    Args:
        operands: the letters of each operand.
        out: those of the result.
        dots: those that "..." stands for.
    """

    operands: tuple[str, ...]
    out: str
    dots: str

    def __str__(self) -> str:
        return f"{','.join(self.operands)}->{self.out}"


def letters(equation: str, ranks: tuple[int, ...]) -> Letters:
    """An equation for operands with so many axes, with the result and "..." written out.

    Raises:
        ShapeError: it cannot be understood, or does not fit.
    """
    inputs, arrow, out = equation.replace(" ", "").partition("->")
    terms = inputs.split(",")
    named = set(equation) - set(" ,.->")
    free = [letter for letter in _FREE if letter not in named]
    counts = [rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=False)]
    dots = "".join(free[: max([*counts, 0])])
    if not _understood(terms, out, named, ranks, counts) or max([*counts, 0]) > len(free):
        raise ShapeError(
            "einsum: the equation “{equation}” does not fit operands with {ranks} axes; give each operand its "
            "letters, one an axis, then “->” and letters of the result that stand there",
            equation=equation,
            ranks=", ".join(map(str, ranks)),
        )
    spread = tuple(
        term.replace("...", dots[len(dots) - count :]) for term, count in zip(terms, counts, strict=True)
    )
    if not arrow:
        text = inputs.replace("...", "").replace(",", "")
        out = "..." + "".join(sorted(letter for letter in set(text) if text.count(letter) == 1))
    return Letters(spread, out.replace("...", dots), dots)


def _understood(
    terms: list[str], out: str, named: set[str], ranks: tuple[int, ...], counts: list[int]
) -> bool:
    """Whether operands and letters fit together."""
    plain = out.replace("...", "")
    given = {letter for term in terms for letter in term}
    return (
        len(terms) == len(ranks)
        and all(letter.isascii() and letter.isalpha() for letter in named)
        and all(
            count >= 0 and ("..." in term or count == 0) for term, count in zip(terms, counts, strict=True)
        )
        and all(term.replace("...", "", 1).count(".") == 0 for term in (*terms, out))
        and len(set(plain)) == len(plain)
        and set(plain) <= given
    )


class Einsum(Op):
    """out = Σ of products of the elements of xs, over the letters that the result does not have.

    Source: ONNX operator ``Einsum`` 12; NumPy ``einsum``.

    Args:
        equation: a letter for each axis, such as "bij,bjk->bik"; "..." stands for any further axes.
    """

    equation: str = "ij,jk->ik"

    symbol = "Σ ⊙"
    says = "Multiply elements of {xs} with the same letters and add up over the letters that {out} lacks."
    backward_says = "Each operand gets the same sum of products with the gradient of {out} in its own place."
    why = "A product moves by the other factors, and a sum hands the gradient on to every summand."

    def infer(self, *xs: TensorSpec) -> TensorSpec:
        if not xs:
            raise ShapeError("einsum takes one operand or more (none given)")
        found = letters(self.equation, tuple(spec.rank for spec in xs))
        sizes = _sizes(found, [spec.shape for spec in xs])
        return xs[0].like(shape=tuple(sizes[letter] for letter in found.out), dtype=promote(*xs), axes=())

    def forward(self, xp, *xs):
        return xp.einsum(str(letters(self.equation, tuple(x.ndim for x in xs))), *xs)

    def vjp(self, xp, g, out, *xs, needs):
        found = letters(self.equation, tuple(x.ndim for x in xs))
        return tuple(
            self._gradient(xp, g, found, xs, slot) if need else None for slot, need in enumerate(needs)
        )

    def _gradient(self, xp, g, found, xs, slot):
        """Σ of g times the other operands; a letter that stands in none of them is repeated along its axis."""
        own, factors, terms = found.operands[slot], [g], [found.out]
        for other, term in enumerate(found.operands):
            if other != slot:
                factors.append(xs[other])
                terms.append(term)
        own = _with_diagonals(xp, own, xs[slot], found, factors, terms)
        there = "".join(letter for letter in own if any(letter in term for term in terms))
        total = xp.einsum(f"{','.join(terms)}->{there}", *factors)
        for axis, letter in enumerate(own):
            if letter not in there:
                total = xp.expand_dims(total, axis=axis)
        sizes = zip(total.shape, xs[slot].shape, strict=True)
        return xp.broadcast_to(total, tuple(mine if size == 1 else size for size, mine in sizes))


def _with_diagonals(xp, own, x, found, factors, terms):
    """The operand's letters, each once: a second one gets another name and is tied to the first by ones."""
    taken = {*own, *"".join(found.operands), *found.out}
    fresh = (letter for letter in _FREE + _FREE.lower() if letter not in taken)
    names = ""
    for axis, letter in enumerate(own):
        name = letter
        if letter in names:
            name = next(fresh)
            factors.append(xp.eye(x.shape[axis], dtype=x.dtype))
            terms.append(letter + name)
        names += name
    return names


def _sizes(found: Letters, shapes: list[tuple[Dim, ...]]) -> dict[str, Dim]:
    """The size of each letter: those of one letter must be equal, or 1."""
    sizes: dict[str, Dim] = {}
    for term, shape in zip(found.operands, shapes, strict=True):
        for letter, size in zip(term, shape, strict=True):
            before = sizes.get(letter, 1)
            (sizes[letter],) = broadcast(f"einsum ({letter})", x=TensorSpec((before,)), y=TensorSpec((size,)))
    return sizes
