"""The plan of an iteration: which steps, in which order, on which cells."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.engine.plan import EMPTY, Plan, plan
from graphscope.engine.step import PHASES, Ref
from graphscope.model.model import Model
from graphscope.ops.base import Op
from tests.engine.examples import ADAM, OPTIMIZERS, forward_only, nested, session, shuffled, square_plus, xor


def planned(model: Model) -> Plan:
    return session(model).history.iterations[0].plan


def kinds(model: Model) -> list[str]:
    return [step.kind for step in session(model).iteration_steps]


def test_one_iteration_of_a_2_4_1_xor_has_19_steps() -> None:
    counts = Counter(kinds(xor()))
    assert counts == {"data": 1, "zero": 1, "forward": 6, "seed": 1, "backward": 6, "update": 4}
    assert counts.total() == 19


def test_accumulations_random_draws_and_updates_are_steps_of_their_own() -> None:
    expected = "data zero forward forward seed backward backward accumulate accumulate"
    assert kinds(square_plus()) == expected.split()
    random = [step for step in session(shuffled()).iteration_steps if step.node == "dropped"]
    assert [step.kind for step in random] == ["random", "forward", "backward"]


@pytest.mark.parametrize("model", [xor(), shuffled(ADAM), nested(), square_plus(), forward_only()])
def test_the_phases_follow_each_other_and_nodes_run_in_order_and_back(model: Model) -> None:
    steps = session(model).iteration_steps
    phases = [PHASES.index(step.phase) for step in steps]
    assert phases == sorted(phases)
    nodes = [node.name for node in model.graph.nodes]
    assert [step.node for step in steps if step.kind == "forward"] == nodes
    backward = [nodes.index(step.node or "") for step in steps if step.kind == "backward"]
    assert backward == sorted(backward, reverse=True)
    assert [step.node for step in steps if step.kind == "update"] == list(
        model.graph.parameters if model.optimizer else ()
    )


@pytest.mark.parametrize("model", [xor(ADAM), shuffled(), nested(), square_plus()])
def test_no_two_steps_of_a_run_have_the_same_key(model: Model) -> None:
    run = session(model)
    keys = [step.key for step in run.step(3 * len(run.iteration_steps))]
    assert len(set(keys)) == len(keys)


def test_without_a_loss_there_is_neither_backward_nor_update() -> None:
    assert kinds(forward_only()) == ["data", "zero", "forward"]


def test_without_an_optimizer_there_are_gradients_but_no_updates() -> None:
    assert Counter(kinds(xor(None)))["update"] == 0
    assert Counter(kinds(xor(None)))["backward"] == 6


def test_a_parameter_that_the_loss_does_not_reach_is_neither_differentiated_nor_updated() -> None:
    g = gs.Builder("unreached")
    p, q = g.parameter("p", [1.0, 2.0]), g.parameter("q", [3.0, 4.0])
    g.call(ops.Tanh(), q, name="aside")
    g.loss(g.call(ops.ReduceSum(), p))
    g.optimizer(ADAM)
    run = session(g.build())
    assert [step.node for step in run.iteration_steps if step.kind in ("backward", "update")] == [
        "reduce_sum",
        "p",
    ]
    run.iterate()
    assert run.gradient("q") is None
    assert run.gradient("aside") is None
    assert run.value("q@m") is not None


def test_a_loss_that_depends_on_nothing_trainable_has_no_backward() -> None:
    g = gs.Builder("constant")
    g.parameter("p", 1.0)
    g.loss(g.call(ops.Square(), g.input("x", (), gradient=False)))
    g.optimizer(ADAM)
    g.feed({"x": 2.0})
    assert kinds(g.build()) == ["data", "zero", "forward"]


def test_gradients_stop_at_an_op_that_has_none() -> None:
    g = gs.Builder("stopped")
    p = g.parameter("p", [1.0, 2.0])
    stopped = g.call(ops.StopGradient(), g.call(ops.Square(), p, name="square"), name="stopped")
    g.loss(g.call(ops.ReduceSum(), stopped * p))
    run = session(g.build())
    run.iterate()
    assert run.gradient("square") is None
    assert run.gradient("stopped") is None
    assert np.array_equal(run.gradient("p"), [1, 4])  # type: ignore[arg-type]


def test_an_operand_used_twice_is_two_contributions() -> None:
    run = session(square_plus())
    run.iterate()
    assert run.total_contributions("p") == 3
    assert run.gradient("p") == 7
    accumulated = [step for step in run.iteration_steps if step.kind == "accumulate"]
    assert [(step.node, step.slot, step.value) for step in accumulated] == [
        ("square", 0, "p"),
        ("square", 1, "p"),
    ]


def test_weights_that_are_shared_are_updated_once_from_the_sum() -> None:
    g = gs.Builder("shared")
    x, w = g.input("x", (2, 2), gradient=False), g.parameter("w", np.eye(2))
    g.loss(g.call(ops.ReduceSum(), (x @ w) @ w))
    g.optimizer(ops.SGD(1.0))
    g.feed({"x": [[1, 2], [3, 4]]})
    run = session(g.build())
    run.iterate()
    assert Counter(step.kind for step in run.iteration_steps)["update"] == 1
    x_sum = np.array([[4.0], [6.0]])
    assert np.allclose(run.gradient("w"), x_sum + x_sum)  # type: ignore[arg-type]
    assert np.allclose(run.value("w"), np.eye(2) - 2 * x_sum)  # type: ignore[arg-type]


def test_an_output_that_the_loss_does_not_use_gets_no_gradient() -> None:
    g = gs.Builder("parts")
    p = g.parameter("p", np.arange(6.0))
    _, second, _ = g.call(ops.Split(3), p, name="split")
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Square(), second)))
    run = session(g.build())
    run.iterate()
    assert run.gradient("split.outs[0]") is None
    assert np.array_equal(run.gradient("p"), [0, 0, 4, 6, 0, 0])  # type: ignore[arg-type]
    backward = next(step for step in run.iteration_steps if step.node == "split" and step.kind == "backward")
    assert [ref for ref in backward.reads if ref.role == "gradient"] == [Ref("gradient", "split.outs[1]")]


def test_no_cell_is_written_twice() -> None:
    made = planned(shuffled(ADAM))
    written = [cell for step in made.steps for cell in (*step.writes, *step.unsummed) if cell is not None]
    assert len(set(written)) == len(written)
    assert max(written) == made.size - 1
    assert min(written) > len(made.opening)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_outlives_an_iteration_opens_and_closes_it(name: str) -> None:
    optimizer: Op = OPTIMIZERS[name]
    made = planned(xor(optimizer))
    expected = [f"{each}@{state}" for each in ("W1", "b1", "W2", "b2") for state in optimizer.state]
    assert made.opening == ("W1", "b1", "W2", "b2", *expected)
    for cell, each in enumerate(made.opening, start=1):
        assert made.cell(Ref("value", each), 0) == cell
    assert list(made.closing) == [made.cell(Ref("value", each), len(made.steps)) for each in made.opening]
    assert set(made.closing).isdisjoint(range(1, 1 + len(made.opening)))


def test_an_array_is_there_from_the_step_that_makes_it() -> None:
    made = planned(xor())
    position = [step.step.node for step in made.steps].index("h")
    assert made.cell(Ref("value", "h"), position) == EMPTY
    assert made.cell(Ref("value", "h"), position + 1) != EMPTY
    assert made.cell(Ref("value", "nobody"), 5) == EMPTY


def test_only_contributions_that_may_be_wider_than_their_operand_have_a_cell_for_it() -> None:
    unsummed = {
        (step.step.node, slot) for step in planned(xor()).steps for slot, c in enumerate(step.unsummed) if c
    }
    assert ("hidden.add", 1) in unsummed
    assert ("hidden.add", 0) not in unsummed
    assert not any(node == "m1" for node, _ in unsummed)


def test_every_change_of_a_value_or_gradient_is_noted_at_its_step() -> None:
    made = planned(shuffled(ADAM))
    for ref in made.timelines:
        if ref.role not in ("value", "gradient"):
            continue
        for done in range(len(made.steps)):
            changed = made.cell(ref, done) != made.cell(ref, done + 1)
            assert not changed or ref in made.changes[done], (ref, done)


def test_sizes_that_the_data_fixes_are_in_the_specs() -> None:
    run = session(shuffled())
    assert run.specs["dropped"].shape == (3, 5)
    run.iterate(2)
    run.step()
    assert run.specs["dropped"].shape == (1, 5)


def test_a_plan_is_made_once_for_data_of_one_shape() -> None:
    run = session(shuffled())
    run.iterate(6)
    plans = {id(iteration.plan) for iteration in run.history.iterations}
    assert len(plans) == 2


def test_the_same_model_gives_the_same_steps() -> None:
    model = xor()
    specs = session(model).specs
    assert plan(model, specs).steps == plan(model, specs).steps
