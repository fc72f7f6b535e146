"""A session does the same on every backend that is there: losses, gradients, draws, problems, going back."""

from __future__ import annotations

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.backends.base import backend_files, open_backend
from graphscope.debug.session import Session
from graphscope.engine.step import Ref
from graphscope.model.model import Model
from tests.engine.examples import ADAM, shuffled, square_plus, xor

NAMES = [file.name for file in backend_files() if file.name != "numpy"]


def opened(name: str, model: Model) -> Session:
    file = next(file for file in backend_files() if file.name == name)
    if (reason := file.problem()) is not None:
        pytest.skip(f"{file.title}: {reason}")
    return Session(model, open_backend(name), memory=0)


@pytest.mark.parametrize(
    "model", [xor(), shuffled(ADAM), square_plus()], ids=["xor", "shuffled", "square plus"]
)
@pytest.mark.parametrize("name", NAMES)
def test_every_value_gradient_and_draw_is_that_of_numpy(name: str, model: Model) -> None:
    run, reference = opened(name, model), Session(model, open_backend("numpy"))
    for session in (run, reference):
        session.iterate(4)
        session.seek(2 * len(session.iteration_steps) - 1)
    assert run.refs().keys() == reference.refs().keys()
    for ref in reference.refs():
        made, expected = np.asarray(run.array(ref)), np.asarray(reference.array(ref))
        np.testing.assert_allclose(made, expected, rtol=1e-4, atol=1e-6, err_msg=str(ref))
    assert run.last == reference.last
    assert run.losses() == pytest.approx(reference.losses(), rel=1e-4)
    assert run.moment().values.keys() == reference.moment().values.keys()
    assert run.inside(run.iteration_steps[3]).calls


@pytest.mark.parametrize("name", NAMES)
def test_going_back_is_exact_and_problems_are_found_where_the_arrays_live(name: str) -> None:
    g = gs.Builder("logarithm")
    p = g.parameter("p", [1.0, 0.0])
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Log(), p, name="h")))
    run = opened(name, g.build())
    before = run.fingerprint()
    stop = run.run()
    assert stop.problem is not None
    assert (stop.problem.ref, stop.problem.index) == (Ref("value", "h"), (1,))
    run.back(3)
    assert run.fingerprint() == before
    run.set_value("p", [1.0, 2.0])
    assert run.run().problem is None
