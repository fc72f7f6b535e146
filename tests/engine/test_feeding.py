"""The data of a run: checked, in the types of the inputs, batch by batch; what does not fit is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.engine.feeding import with_inputs
from graphscope.errors import InputError, ShapeError
from graphscope.model.feed import Feed
from graphscope.model.model import Model
from tests.engine.examples import session, shuffled, xor


def summed(shape: tuple[Any, ...], data: Any, *, dtype: str = "float32") -> Model:
    g = gs.Builder("summed")
    x = g.input("x", shape, dtype=dtype)
    g.call(ops.Add(), x, x, name="twice")
    g.feed({} if data is None else {"x": data})
    return g.build()


@pytest.mark.parametrize(
    ("shape", "data", "dtype", "sentence"),
    [
        ((2,), None, "float32", "input x (2) has no data; give it with --input x=FILE.npy or inputs="),
        ((2,), [1.0, 2.0, 3.0], "float32", "input x should be 2 but the data is 3; reshape it"),
        (("batch", 2), [1.0, 2.0], "float32", "input x should be batch×2 but the data is 2; reshape it"),
        (
            (2,),
            [1.5, 2.0],
            "int64",
            "input x takes int64, but the data (float64) holds other numbers; convert it",
        ),
        (
            (2,),
            [1, 300],
            "uint8",
            "input x takes uint8, but the data (int64) holds other numbers; convert it",
        ),
    ],
)
def test_data_that_does_not_fit_is_said(shape: Any, data: Any, dtype: str, sentence: str) -> None:
    with pytest.raises(InputError) as raised:
        session(summed(shape, data, dtype=dtype))
    assert str(raised.value) == sentence


def test_data_is_brought_into_the_type_of_its_input() -> None:
    run = session(summed((2,), [1, 2]))
    run.iterate()
    twice = run.value("twice")
    assert twice is not None
    assert twice.dtype == np.float32
    whole = session(summed((2,), [1.0, 2.0], dtype="int64"))
    whole.iterate()
    assert whole.value("x").dtype == np.int64  # type: ignore[union-attr]


def test_a_type_that_numpy_lacks_is_said() -> None:
    model = summed((2,), [1, 2])
    table = tuple(replace(value, spec=replace(value.spec, dtype="bfloat16")) for value in model.graph.table)
    with pytest.raises(InputError, match="x is of the type bfloat16, which NumPy does not have"):
        session(replace(model, graph=replace(model.graph, table=table)))


def test_data_that_is_no_numbers_is_said() -> None:
    model = summed((2,), [1, 2])
    with pytest.raises(InputError, match="input x holds str32, not numbers"):
        session(replace(model, feed=Feed({"x": np.array(["a", "b"])})))


def test_a_name_stands_for_one_size() -> None:
    g = gs.Builder("two sizes")
    g.call(ops.Add(), g.input("a", ("n",)), g.input("b", ("n",)))
    g.feed({"a": [1.0, 2.0], "b": [1.0, 2.0, 3.0]})
    with pytest.raises(InputError, match="“n” is 2 in a but 3 in b; give both the same number"):
        session(g.build())


def test_an_epoch_takes_every_sample_once_and_the_last_batch_may_be_smaller() -> None:
    run = session(shuffled(samples=7, batch=3))
    data = run.model.feed.data["x"].astype(np.float32)
    for epoch in range(2):
        seen: list[Any] = []
        sizes: list[int] = []
        for _ in range(3):
            run.iterate()
            batch = run.value("x")
            assert batch is not None
            sizes.append(len(batch))
            seen += batch.tolist()
        assert sizes == [3, 3, 1], epoch
        assert sorted(seen) == sorted(data.tolist())
        assert seen != data.tolist()


def test_an_input_without_axes_is_the_same_in_every_batch() -> None:
    g = gs.Builder("scaled")
    x, scale = g.input("x", ("batch", 2)), g.input("scale", ())
    g.call(ops.Mul(), x, scale, name="scaled")
    g.feed({"x": np.arange(8).reshape(4, 2), "scale": 10.0}, batch=3)
    run = session(g.build())
    run.iterate(2)
    assert np.array_equal(run.value("scaled"), [[60, 70]])  # type: ignore[arg-type]


def test_one_fixed_batch_takes_the_place_of_all_data() -> None:
    model = with_inputs(shuffled(), {"x": np.ones((2, 3)), "y": np.zeros((2, 1))})
    run = session(model)
    for _ in range(3):
        run.iterate()
        assert np.array_equal(run.value("x"), np.ones((2, 3)))  # type: ignore[arg-type]
    assert with_inputs(model, None) is model


def test_inputs_that_are_not_given_keep_their_data() -> None:
    run = session(with_inputs(xor(), {"x": np.zeros((4, 2))}))
    run.iterate()
    assert np.array_equal(run.value("y"), [[0], [1], [1], [0]])  # type: ignore[arg-type]


def test_a_name_that_is_no_input_is_refused() -> None:
    with pytest.raises(InputError, match="z is not an input of xor; its inputs are x, y"):
        with_inputs(xor(), {"z": 1.0})


def test_data_that_never_changes_is_put_on_the_device_once() -> None:
    run = session(xor())
    held = []
    for _ in range(2):
        run.iterate()
        held.append(run.held(next(ref for ref in run.refs() if ref.name == "x" and ref.role == "value")))
    assert held[0] is held[1]


def test_sizes_that_only_the_data_shows_not_to_fit_are_said_with_the_line_of_the_program() -> None:
    g = gs.Builder("open size")
    _ = g.input("x", ("batch", "features")) @ g.parameter("w", [[1.0], [2.0]])  # this line
    g.feed({"x": np.zeros((4, 3))})
    with pytest.raises(ShapeError, match=r"3 columns but w has 2 rows.*test_feeding\.py:\d+: .*# this line"):
        session(g.build())
