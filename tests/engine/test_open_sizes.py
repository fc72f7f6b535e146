"""Values whose size depends on the data: they run forwards and backwards, and what is far too large is refused."""

# pyright: reportOptionalMemberAccess=false

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.engine.memory import LackError
from graphscope.ops.base import Op

HUGE = 10**12
X = np.array([[1.0, -2.0], [-0.5, 3.0]])


def picked() -> gs.Model:
    """The positive elements of x, each times its number and a weight, of which the two largest count."""
    g = gs.Builder("picked", dtype="float64")
    x = g.input("x", ("batch", 2))
    places = g.call(ops.Transpose(), g.call(ops.NonZero(), g.call(ops.Greater(), x, 0.0)))
    found = g.call(ops.GatherND(), x, places, name="found")
    numbers = g.call(ops.Range(1), None, g.call(ops.Size(), x), None, name="numbers")
    some = g.call(ops.Slice(), numbers, np.array([0]), g.call(ops.Shape(), found))
    product = found * g.call(ops.Cast("float64"), some) * g.parameter("w", 2.0)
    best, _ = g.call(ops.TopK(), product, np.array([2]))
    g.loss(g.call(ops.ReduceSum(), best, name="loss"))
    return g.build()


@pytest.mark.parametrize("backend", ["numpy", "strict"])
def test_values_of_open_size_run_forwards_and_back(backend: str) -> None:
    pytest.importorskip("array_api_strict")
    with gs.open(picked(), inputs={"x": X}, backend=backend) as session:
        session.iterate()
        assert session.loss == pytest.approx(2 * (1 * 1 + 3 * 2))
        np.testing.assert_array_equal(session.gradient("x"), [[2.0, 0.0], [0.0, 4.0]])
        assert session.gradient("w") == pytest.approx(7.0)
        before = session.fingerprint()
        session.back(8)
        session.step(8)
        assert session.fingerprint() == before


def test_another_batch_has_other_sizes() -> None:
    for rows in (2, 5):
        x = np.arange(1.0, 2 * rows + 1).reshape(rows, 2)
        with gs.open(picked(), inputs={"x": x}) as session:
            session.seek(6)
            assert session.value("found").shape == (2 * rows,)


@pytest.mark.parametrize(
    "op",
    [
        ops.Tile((HUGE, 1)),
        ops.Expand((HUGE, 2, 2)),
        ops.Pad((HUGE, 0), axes=(0,)),
        ops.CenterCropPad((HUGE,), axes=(0,)),
        ops.Resize(scales=(float(HUGE),), axes=(0,), mode="linear"),
    ],
    ids=lambda op: op.name,
)
def test_a_result_of_a_million_million_elements_is_refused_before_it_is_made(op: Op) -> None:
    g = gs.Builder("huge")
    g.output(g.call(op, g.input("x", ("batch", 2)), name="huge"))
    with gs.open(g.build(), inputs={"x": X}) as session, pytest.raises(LackError, match=r"huge needs .* TB"):
        session.iterate()


@pytest.mark.parametrize(
    ("op", "slots"),
    [(ops.Range(), (None, "n", None)), (ops.ConstantOfShape(), ("n",)), (ops.OneHot(), ("i", "n"))],
    ids=lambda item: item.name if isinstance(item, Op) else "",
)
def test_a_size_that_the_data_gives_is_refused_where_it_is_too_large(op: Op, slots: Any) -> None:
    g = gs.Builder("huge")
    given = {None: None, "n": g.input("n", (1,), dtype="int64"), "i": np.array([1])}
    g.output(g.call(op, *(given[slot] for slot in slots), name="huge"))
    with (
        gs.open(g.build(), inputs={"n": [HUGE]}) as session,
        pytest.raises(LackError, match=r"huge needs .* TB"),
    ):
        session.iterate()


def test_a_constant_of_many_elements_takes_no_memory() -> None:
    made: Any = ops.ConstantOfShape((1000, 1000), 2.5, "float64").forward(np, None)  # type: ignore[arg-type]
    assert made.base.nbytes == 8
    assert made.shape == (1000, 1000)
