"""Every op can be explained at every step that it makes, in both languages, whatever the step wrote."""

import re
from functools import reduce
from operator import add

import pytest

import graphscope as gs
from graphscope.ops.update import Update
from graphscope.view.explain import explain
from graphscope.view.text import Text
from tests.ops.cases import CASES, Host

OPS = [case for case in CASES if not isinstance(case.op, Update)]


def model(case):
    """The op alone, and the sum of all that it makes as the loss."""
    g = gs.Builder("one op", dtype="float64")
    operands = [
        None if array is None else operand(g, f"x{slot}", source, array)
        for slot, (source, array) in enumerate(zip(case.operands, case.arrays("float64"), strict=True))
    ]
    made = g.call(case.op, *operands)
    sums = [
        g.call(gs.ops.ReduceSum(), value)
        for value in (made if isinstance(made, tuple) else (made,))
        if value.spec.floating
    ]
    if sums:
        g.loss(reduce(add, sums))
    return g.build()


def operand(g, name, source, array):
    floating = not isinstance(source, Host) and array.dtype.kind == "f"
    return g.parameter(name, array) if floating else g.constant(name, array)


@pytest.mark.parametrize("case", OPS, ids=[case.id for case in OPS])
def test_an_op_is_explained_at_every_step(case):
    with gs.open(model(case)) as session:
        for _ in session.iteration_steps:
            (step,) = session.step()
            refs = (None, *step.writes[1:])  # None: the first that the step made
            for ref in refs:
                assert_told(session, step, Text("en"), ref)
            for ref in {refs[0], refs[-1]}:  # the numbers are the same in both languages
                assert_told(session, step, Text("ko"), ref)


def assert_told(session, step, text, ref):
    told = explain(session, step, text=text, ref=ref)
    assert told.title
    assert not re.search(r"[{}]", " ".join(each.plain for each in told.paragraphs))
