"""Rows of Einstein's summation."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case

EQUATIONS = {
    "": ("ij,jk->ik", (2, 3), (3, 2)),
    "implicit": ("ij, jk", (2, 3), (3, 2)),
    "samples": ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)),
    "dots": ("...ij,...jk->...ik", (2, 1, 2, 3), (2, 3, 2)),
    "dots alone": (
        "...i->...",
        (2, 3),
    ),
    "heads": ("bhid,bhjd->bhij", (1, 2, 2, 3), (1, 2, 2, 3)),
    "outer": ("i,j->ij", (2,), (3,)),
    "diagonal": ("ii->i", (3, 3)),
    "trace": ("ii", (3, 3)),
    "sum of all": ("ij->", (2, 3)),
    "three": ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)),
    "transposed": ("ij->ji", (2, 3)),
    "a letter for itself": ("ij,k->i", (2, 3), (2,)),
    "scalar": (",i->i", (), (3,)),
    "diagonal twice": ("iij,jj->i", (2, 2, 3), (3, 3)),
}


def rows() -> Iterator[Case]:
    for variant, (equation, *shapes) in EQUATIONS.items():
        yield Case(
            ops.Einsum(equation),
            tuple(shapes),
            lambda t, *xs, equation=equation: t.einsum(equation, *xs),
            variant,
        )
