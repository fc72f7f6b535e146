"""Loss and gradient norms: there for every iteration of the branch, whatever was dropped."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.backends.base import backend_file, open_backend
from graphscope.debug.session import Session
from graphscope.engine import curves
from graphscope.errors import InputError
from tests.engine.examples import ADAM, forward_only, session, shuffled, xor

ITERATIONS = 2 * curves.BLOCK + 30
"""More than two blocks of iterations that are reduced together."""


def looked_at(run: Session, iterations: int) -> tuple[list[float], dict[str, list[float]]]:
    """Loss and norms as somebody notes them who stops after each iteration."""
    losses: list[float] = []
    norms: dict[str, list[float]] = {name: [] for name in run.graph.parameters}
    for _ in range(iterations):
        run.iterate()
        losses.append(run.loss or 0.0)
        for name, column in norms.items():
            gradient: Any = run.gradient(name)
            column.append(float(np.linalg.norm(gradient.astype(np.float64))))
    return losses, norms


@pytest.mark.parametrize("memory", [0, 2**30])
@pytest.mark.parametrize("model", [xor(), shuffled(ADAM)], ids=["xor", "shuffled"])
def test_every_iteration_leaves_its_loss_and_the_norm_of_each_gradient(model: Any, memory: int) -> None:
    run = session(model, memory=memory)
    losses, norms = looked_at(session(model), ITERATIONS)
    run.iterate(ITERATIONS)
    told = run.curves()
    assert told.first == 0
    assert told.loss.tolist() == losses
    assert list(told.norms) == list(norms)
    for name, column in norms.items():
        assert told.norms[name].dtype == np.float64
        assert told.norms[name] == pytest.approx(column, rel=1e-6)


def test_only_the_rows_from_an_iteration_on_are_told_and_only_of_finished_ones() -> None:
    run = session(xor())
    run.iterate(7)
    run.step(3)
    whole, tail = run.curves(), run.curves(5)
    assert (len(whole.loss), tail.first, len(tail.loss)) == (7, 5, 2)
    assert tail.iterations.tolist() == [5, 6]
    assert np.array_equal(tail.norms["W1"], whole.norms["W1"][5:])
    beyond = run.curves(100)
    assert (beyond.first, len(beyond.loss)) == (7, 0)
    run.back(30)
    assert len(run.curves().loss) == 7
    with pytest.raises(InputError, match="the number of an iteration"):
        run.curves(-1)


def test_what_is_told_cannot_be_written_to() -> None:
    run = session(xor())
    run.iterate(2)
    told = run.curves()
    for array in (told.loss, told.norms["W1"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("at", [70, 10])
def test_a_fork_shares_the_curves_before_it_and_undoing_brings_the_former_ones_back(at: int) -> None:
    run = session(xor(), memory=0)
    run.iterate(100)
    before = run.curves()
    run.seek(at * 19 + 4)
    run.set_value("W1", np.ones((2, 4)))
    assert np.array_equal(run.curves().loss, before.loss[:at])
    run.iterate(60)
    forked = run.curves()
    assert len(forked.loss) == at + 60
    assert np.array_equal(forked.norms["b1"][:at], before.norms["b1"][:at])
    assert not np.array_equal(forked.loss[at : at + 20], before.loss[at : at + 20])
    run.undo()
    assert np.array_equal(run.curves().loss, before.loss)
    run.iterate(100)
    again = session(xor())
    again.iterate(len(run.curves().loss))
    assert np.array_equal(run.curves().loss, again.curves().loss)


def test_an_edit_of_the_loss_after_its_last_step_is_what_the_curve_holds() -> None:
    run = session(xor())
    run.iterate(3)
    run.set_value("loss", 5.0)
    assert run.curves().loss[-1] == 5.0
    run.undo()
    assert run.curves().loss[-1] == run.loss


def test_a_model_without_a_loss_has_rows_of_nan_and_no_norms() -> None:
    run = session(forward_only())
    run.iterate(3)
    told = run.curves()
    assert np.isnan(told.loss).tolist() == [True] * 3
    assert not told.norms


def test_a_parameter_that_gets_no_gradient_has_no_curve() -> None:
    g = gs.Builder("two parameters")
    p, q = g.parameter("p", [1.0, 2.0]), g.parameter("q", [1.0])
    g.call(ops.Tanh(), q)
    g.loss(g.call(ops.ReduceSum(), p * p))
    run = session(g.build())
    run.iterate(2)
    assert run.curves().norms.keys() == {"p"}
    assert run.curves().norms["p"].tolist() == pytest.approx([20**0.5] * 2)


@pytest.mark.parametrize("size", [0, 5, 10_000])
@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_norms_neither_overflow_nor_vanish_where_their_squares_would(size: int, scale: float) -> None:
    rows = [(np.float32(-1), np.full((size,), scale * number, np.float32)) for number in (1, 2)]
    with np.errstate(all="ignore"):
        loss, norms = curves.table_on_host(rows).T
    assert loss.tolist() == [-1, -1]
    assert norms == pytest.approx([scale * number * size**0.5 for number in (1, 2)], rel=1e-5)


def test_arrays_of_several_types_sizes_and_orders_in_memory_have_their_norms_side_by_side() -> None:
    source = np.random.default_rng(0)
    row = (
        source.normal(size=(1, 1)),
        source.normal(size=(3, 4)).T,
        source.normal(size=(2, 6))[:, ::2].astype(np.float16),
        None,
        source.normal(size=(5000,)),
        np.broadcast_to(np.float32(2), (4,)),
        np.float64(-3),
    )
    expected = [
        np.nan if each is None else np.linalg.norm(np.asarray(each, np.float64).ravel()) for each in row
    ]
    expected[0] = row[0].item()
    for told in curves.table_on_host([row, row]):
        assert told == pytest.approx(expected, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_large_and_small_gradients_have_their_norms_whenever_somebody_looks(backend: str) -> None:
    if (problem := backend_file(backend).problem()) is not None:
        pytest.skip(str(problem))
    log = curves.CurveLog(open_backend(backend), ("large", "small"))
    source, expected, put = np.random.default_rng(0), [], open_backend(backend).put
    for count in range(1, 2 * curves.BLOCK):
        row = (source.normal(size=()), source.normal(size=(2, curves.STACKED)), source.normal(size=3))
        log.note(tuple(put(each) for each in map(np.asarray, row)))
        expected.append([row[0], *(np.linalg.norm(each) for each in row[1:])])
        if count in (1, 2, curves.BLOCK + 5):
            assert len(log.since(0).loss) == count
    told = log.since(0)
    made = np.array([told.loss, *told.norms.values()]).T
    np.testing.assert_allclose(made, np.array(expected, float), rtol=1e-6)


@pytest.mark.parametrize("name", ["torch", "strict", "jax", "cupy"])
def test_norms_are_computed_where_the_gradients_live(name: str) -> None:
    if (problem := backend_file(name).problem()) is not None:
        pytest.skip(str(problem))
    run, reference = Session(shuffled(ADAM), open_backend(name)), session(shuffled(ADAM))
    run.iterate(10)
    reference.iterate(10)
    for parameter, norms in reference.curves().norms.items():
        assert run.curves().norms[parameter] == pytest.approx(norms, rel=1e-4)
