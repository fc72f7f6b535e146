"""What backward is said to do speaks only of operands that get a gradient, for every op."""

# pyright: reportArgumentType=false

import re

import numpy as np
import pytest

import graphscope as gs
from graphscope.graph.spec import TensorSpec
from graphscope.ops import registered
from graphscope.view.explain import explain
from graphscope.view.formula import formula
from graphscope.view.text import Text, korean
from tests.view.test_explain_every_op import OPS, model

TOLD_APART = [op for op in registered().values() if op.backward_parts]


@pytest.mark.parametrize("op", TOLD_APART, ids=lambda op: op.__name__)
def test_what_each_operand_gets_is_told_apart_and_in_korean(op):
    names = {operand.name for operand in op.signature.operands}
    assert op.backward_parts.keys() <= names
    for name, said in op.backward_parts.items():
        assert said in korean()
        for other in names - {name}:
            assert f"{{{other}}} gets" not in said
            assert f"to {{{other}}}" not in said.replace(f"to {{{name}}}", "")


@pytest.mark.parametrize("op", registered().values(), ids=lambda op: op.__name__)
def test_a_sentence_of_several_receivers_can_be_told_apart(op):
    got = set(re.findall(r"\{(\w+)\} (?:gets|and the weights|get theirs)", op.backward_says))
    assert len(got) < 2 or got <= op.backward_parts.keys()


@pytest.mark.parametrize("case", OPS, ids=[case.id for case in OPS])
def test_only_operands_that_get_a_gradient_are_spoken_of(case):
    with gs.open(model(case)) as session:
        for _ in session.iteration_steps:
            (step,) = session.step()
            if step.kind != "backward" or step.op != case.op.name:
                continue
            node = session.graph.node(step.node)
            got = {node.op.operand(ref.slot) for ref in step.writes if ref.role == "contribution"}
            told = [each.plain for each in explain(session, step, text=Text("en")).at("say")]
            for name, slot in ((node.op.operand(slot), slot) for slot in range(len(node.inputs))):
                if name not in got and node.inputs[slot]:
                    assert not any(re.search(rf"\b{node.inputs[slot]} gets (?!none)", said) for said in told)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "x gets the gradient of pow times constant · x to the power constant − 1."), ("ko", "x는 pow의")],
)
def test_a_constant_exponent_is_not_said_to_get_a_gradient(language, said):
    g = gs.Builder("power")
    g.loss((g.parameter("x", np.asarray(3.0)) ** 2 - 1) + 2)
    with gs.open(g.build()) as session:
        steps = {}
        for _ in session.iteration_steps:
            (step,) = session.step()
            told = explain(session, step, text=Text(language)).at("say")
            steps[step.kind, step.op] = " ".join(each.plain for each in told)
    assert steps["backward", "Pow"].startswith(said)
    assert "constant_2" not in steps["backward", "Sub"]
    assert "constant_3" not in steps["backward", "Add"]


RAISED = dict(zip("ᵃᵇᶜᵈᵉᵍʰᵏˡᵐⁿᵒᵖʳˢᵘᵛʷˣʸᶻ", "abcdeghklmnoprsuvwxyz", strict=True))


@pytest.mark.parametrize("op", registered().values(), ids=lambda op: op.__name__)
def test_no_operand_stands_in_a_formula_as_a_raised_letter_that_cannot_be_renamed(op):
    names = {operand.name for operand in op.signature.operands}
    assert (
        not {RAISED[letter] for text in op.formulas.values() for letter in text if letter in RAISED} & names
    )


def test_a_computed_exponent_has_its_own_name_in_the_formula():
    scalar = TensorSpec((), "float64")
    names = {"x": "sub", "y": "constant", "out": "pow"}
    told = formula(gs.ops.Pow(), [scalar, scalar], names, method="vjp", needs=(True, False))
    assert told.lines[0].text == "∂L/∂sub = ∂L/∂pow ⊙ constant ⊙ sub^(constant − 1)"
