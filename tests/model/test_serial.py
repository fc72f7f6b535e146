"""Models as plain data: what is written is read again, and nothing else is."""

import json

import numpy as np
import pytest

import graphscope as gs
from graphscope.app.samples import samples
from graphscope.errors import GraphScopeError, ModelError
from graphscope.model import serial
from graphscope.model.serial import Plain
from graphscope.ops.base import Op, forget
from tests.ops.cases import CASES


def again(value):
    plain = serial.write(value)
    return serial.read(Plain(json.loads(json.dumps(plain.told)), plain.arrays))


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_every_sample_is_the_same_after_it_was_written_and_read(sample):
    model = sample.model()
    assert again(model).digest() == model.digest()
    assert again(model).graph == model.graph


@pytest.mark.parametrize("op", {repr(case.op): case.op for case in CASES}.values(), ids=repr)
def test_every_operation_is_the_same_after_it_was_written_and_read(op):
    assert again(op) == op


@pytest.mark.parametrize("number", [float("inf"), -float("inf"), 1e-300, 0.1])
def test_every_number_is_the_same(number):
    assert again(gs.initializers.Constant(number)).value == number


def test_not_a_number_is_told_too():
    assert np.isnan(again(gs.initializers.Constant(float("nan"))).value)


def test_one_number_everywhere_takes_no_room():
    plain = serial.write(np.broadcast_to(np.float32(0.5), (1000, 1000)))
    read = serial.read(plain)
    assert plain.arrays[0].nbytes == 4
    assert read.shape == (1000, 1000)
    assert read[999, 999] == 0.5


def test_arrays_that_were_read_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        again(np.zeros(3))[0] = 1


def test_an_operation_of_the_users_own_is_refused():
    class Own(Op):
        def infer(self, x):
            return x

    try:
        with pytest.raises(ModelError, match="Own is known to your program only"):
            serial.write(Own())
    finally:
        forget(__name__)


DAMAGED = [
    {"is": "Path", "with": {}},
    {"is": "Model", "with": {}},
    {"is": "Graph", "with": {"name": "g", "table": [], "nodes": [], "outputs": "x"}},
    {"is": "TensorSpec", "with": {"shape": ["batch", 1.5]}},
    {"is": "TensorSpec", "with": {"rank": 3}},
    {"is": "TensorSpec", "with": []},
    {"op": "Nothing", "with": {}},
    {"op": "ReduceSum", "with": {"keepdims": 1}},
    {"op": "ReduceSum", "with": {"axes": "01"}},
    {"op": "__init__", "with": {}},
    {"array": 0},
    {"array": -1},
    {"array": True},
    {"float": "1e400"},
    {"float": []},
    {"map": []},
    {},
    {"what": 1},
]


@pytest.mark.parametrize("told", DAMAGED, ids=json.dumps)
def test_what_is_no_model_is_refused_in_a_sentence(told):
    with pytest.raises(GraphScopeError, match=r"no model that this version of GraphScope can read|has no"):
        serial.read_model(Plain(told, ()))


def test_what_is_read_as_a_model_is_one():
    with pytest.raises(ModelError, match="it holds Constant, not a model"):
        serial.read_model(serial.write(gs.initializers.Constant(1.0)))


def test_an_array_is_of_one_number_where_it_is_to_be_repeated():
    with pytest.raises(ModelError, match="cannot be"):
        serial.read(Plain({"array": 0, "shape": [2, 2]}, (np.zeros(2),)))


def test_nesting_without_end_is_refused():
    told = []
    for _ in range(100_000):
        told = [told]
    with pytest.raises(ModelError, match="RecursionError"):
        serial.read(Plain(told, ()))
