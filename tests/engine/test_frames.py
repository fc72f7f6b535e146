"""Choices, loops and scans: laid out flat by what data decides, and differentiated as PyTorch does."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false, reportOptionalMemberAccess=false

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.debug.gradcheck import check_gradients
from graphscope.errors import GraphScopeError, ShapeError
from graphscope.graph.graph import Graph, Node, Value
from graphscope.graph.spec import TensorSpec
from graphscope.model.adapt import with_dtype
from graphscope.model.model import Model
from tests.engine.examples import session
from tests.engine.framed import FRAMED, Framed, counted, until

torch = pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture(params=FRAMED)
def framed(request: pytest.FixtureRequest) -> Framed:
    return FRAMED[request.param]


def test_training_follows_pytorch_whatever_is_decided(framed: Framed) -> None:
    model = framed.model()
    with session(model) as run:
        run.step()
        inputs = [torch.tensor(np.array(run.value(name))) for name in ("x", "y")]
        names = model.graph.parameters
        weights = [torch.tensor(np.array(run.value(name)), requires_grad=True) for name in names]
        optimizer = torch.optim.SGD(weights, lr=0.1)
        for _ in range(12):
            run.iterate()
            optimizer.zero_grad()
            loss = framed.reference(torch, *inputs, *weights)
            loss.backward()
            assert run.loss == pytest.approx(loss.item(), abs=1e-12)
            for name, weight in zip(names, weights, strict=True):
                made = run.gradient(name)
                if weight.grad is None:
                    assert made is None
                else:
                    np.testing.assert_allclose(made, weight.grad.numpy(), rtol=1e-9, atol=1e-12)
            optimizer.step()


def test_gradients_equal_central_differences(framed: Framed) -> None:
    with session(framed.model()) as run:
        checks = check_gradients(run)
        assert "x" in {check.name for check in checks}
        assert all(check.right for check in checks)


def test_every_node_and_value_is_named_by_its_frame() -> None:
    with session(counted()) as run:
        run.iterate()
        names = [node.name for node in run.graph.nodes]
        assert "loop[0].z" in names
        assert "loop[3].cond" in names
        frames = {step.frame for step in run.iteration_steps}
        assert ("loop[2]",) in frames
        assert {frame[0] for frame in frames if frame} == {f"loop[{trip}]" for trip in range(4)}
        keys = [step.key for step in run.iteration_steps]
        assert len(set(keys)) == len(keys)


def test_a_choice_of_the_first_iteration_that_nothing_foretold_lays_out_the_rest() -> None:
    with session(counted()) as run:
        while run.next.op != "Decide":
            run.step()
        assumed = [step.node for step in run.iteration_steps]
        choice = run.step()[0]
        taken = int(run.value(choice.node or ""))
        body = "then" if taken else "else"
        assert f".cond.{body}." in str(run.next.node)
        assert [step.node for step in run.iteration_steps][: run.position] == assumed[: run.position]


def test_a_long_loop_is_laid_out_anew_a_few_times_only() -> None:
    g = gs.Builder("long", dtype="float64")
    x = g.input("x", ())
    h = g.loop(None, x, lambda h: h * 0.9, condition=lambda h: g.call(ops.Greater(), h, 1e-3))
    g.output(h)
    g.feed({"x": np.array(1.0)})
    with session(g.build()) as run:
        made: list[Any] = []
        laid_out = run.history.machine._laid_out
        run.history.machine._laid_out = lambda *given: made.append(given) or laid_out(*given)
        run.iterate()
        trips = sum(step.op == "Mul" for step in run.iteration_steps)
        assert float(run.value(h.name)) <= 1e-3
        assert trips == 66
        assert len(made) <= 10


def test_a_loop_of_no_trips_hands_on_what_it_began_with() -> None:
    for count in (0, None):
        g = gs.Builder("never", dtype="float64")
        x = g.input("x", ())
        condition = None if count == 0 else partial(g.call, ops.Greater(), 0.0)
        h, rows = g.loop(count, (x,), lambda h: (h * 2.0, h), condition=condition, collect=1)
        g.output(h)
        g.output(rows)
        g.feed({"x": np.array(3.0)})
        with session(g.build()) as run:
            run.iterate()
            assert float(run.value(h.name)) == 3.0
            assert run.value(rows.name).shape == (0,)


def test_a_loop_that_never_ends_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphscope.engine.frames.MOST", 500)
    g = gs.Builder("endless", dtype="float64")
    x = g.input("x", ())
    h = g.loop(None, x, lambda h: h + 1.0, condition=lambda h: g.call(ops.Greater(), h, 0.0))
    g.output(h)
    g.feed({"x": np.array(3.0)})
    with session(g.build()) as run, pytest.raises(GraphScopeError, match="ever end"):
        run.iterate()


def test_random_draws_in_frames_are_others_in_each_trip_and_the_same_when_looked_at_again() -> None:
    g = gs.Builder("noisy", dtype="float64")
    x = g.input("x", (8,))
    h = g.loop(3, x, lambda h: g.call(ops.Dropout(0.5), h, name="dropped"))
    g.loss(g.call(ops.ReduceSum(), h))
    g.feed({"x": np.ones(8)})
    with session(g.build()) as run:
        run.iterate(2)
        masks = [np.array(run.value(f"loop[{trip}].dropped")) != 0 for trip in range(3)]
        assert not np.array_equal(masks[0], masks[1])
        before = run.fingerprint()
        run.seek(3)
        run.seek(run.reached)
        assert run.fingerprint() == before


def test_other_floating_types_reach_into_bodies() -> None:
    with session(with_dtype(until(), "float32")) as run:
        run.iterate()
        assert {value.spec.dtype for value in run.graph.table if value.spec.floating} == {"float32"}


def _loop_of(states: TensorSpec, give: TensorSpec) -> Graph:
    """A body that gives another spec than it takes, as files may hold."""
    leaves = (
        Value("number", TensorSpec((), "int64"), "input", gradient=False),
        Value("h", states, "input"),
    )
    node = Node("more", ops.Concat(0), ("h", "h"), ("more",))
    return Graph("body", (*leaves, Value("more", give)), (node,), ("more",))


def test_states_may_grow_from_trip_to_trip() -> None:
    spec = TensorSpec((2,), "float64")
    body = _loop_of(spec, TensorSpec((4,), "float64"))
    op = ops.Loop(body, states=1, trips=3)
    (made,) = op.specs(None, None, spec)
    assert made.shape == (None,)
    leaves = (Value("x", spec, "input"),)
    node = Node("grown", op, (None, None, "x"), ("grown",))
    graph = Graph("growing", (*leaves, Value("grown", made)), (node,), ("grown",))
    model = Model(graph, {}, gs.Builder("feed")._feed.__class__({"x": np.array([1.0, 2.0])}))
    with session(model) as run:
        run.iterate()
        assert run.value("grown").shape == (16,)


def _wrong() -> Iterator[tuple[Any, tuple[TensorSpec | None, ...]]]:
    scalar, vector = TensorSpec((), "float64"), TensorSpec((3,), "float64")
    body = _loop_of(vector, TensorSpec((6,), "float64"))
    yield ops.Loop(body, states=1), (None, None, vector)
    yield ops.Loop(body, states=1, trips=2), (None, None)
    yield ops.Loop(body, states=1, trips=2), (vector, None, vector)
    yield ops.If(body, body), (vector, vector)
    yield ops.Scan(body, states=0, sequences=1), (scalar,)
    yield ops.Scan(body, states=0, sequences=2), (scalar,)


@pytest.mark.parametrize(("op", "operands"), list(_wrong()))
def test_what_does_not_fit_is_refused_in_a_sentence(op: Any, operands: tuple[TensorSpec | None, ...]) -> None:
    with pytest.raises(GraphScopeError):
        op.specs(*operands)


def test_both_ways_of_a_choice_must_give_the_same_type() -> None:
    g = gs.Builder("mixed", dtype="float64")
    x = g.input("x", ())
    with pytest.raises(ShapeError):
        g.cond(g.call(ops.Greater(), x, 0.0), lambda: x, lambda: g.call(ops.Cast("int64"), x))
