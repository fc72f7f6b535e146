"""Plain data crosses as it is; nothing else does, whatever bytes come."""

from __future__ import annotations

import gc
import json
import math
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import graphscope as gs
from graphscope.engine.step import Ref
from graphscope.errors import GraphScopeError, InputError, Sentence
from graphscope.ops.base import Op, registered
from graphscope.service.codec import LARGE, decode, encode
from graphscope.service.requests import Assign, Move, Seek
from graphscope.wire.frames import WireError


def crossed(value: Any) -> Any:
    text, arrays = encode(value)
    return decode(text, bytearray().join(arrays))


SIMPLE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
)
REFS = st.builds(Ref, st.sampled_from(["value", "gradient"]), st.text(max_size=4), st.integers(0, 9))
HASHABLE = SIMPLE | REFS | st.builds(Seek, st.integers())
PLAIN = st.recursive(
    HASHABLE,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=3)
        | st.frozensets(HASHABLE, max_size=3)
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_plain_data_crosses_as_it_is(value: Any) -> None:
    again = crossed(value)
    assert again == value
    assert type(again) is type(value)


@given(
    hnp.arrays(
        st.sampled_from(["?", "i1", "<i8", ">i4", "u2", "f2", "<f4", ">f8", "c8"]),
        hnp.array_shapes(min_dims=0, min_side=0),
    )
)
def test_arrays_cross_bit_by_bit_and_are_read_only(array: np.ndarray) -> None:
    again = crossed((array, array.T))
    for made, given_ in zip(again, (array, array.T), strict=True):
        assert made.shape == given_.shape
        assert made.dtype == given_.dtype.newbyteorder("<")
        np.testing.assert_array_equal(made, given_)
        assert not made.flags.writeable


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_does_not_have_cross(number: float) -> None:
    assert repr(crossed(number)) == repr(number)
    text, _ = encode({"loss": number})
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


@pytest.mark.parametrize(
    "name", ["apple_shop", "fan_out", "linear_regression", "xor", "digits_softmax", "digits_cnn"]
)
def test_a_whole_model_crosses_and_runs_the_same(name: str) -> None:
    from graphscope.app.opening import find_model

    model = find_model(name)
    again = crossed(model)
    assert again.digest() == model.digest()
    with gs.open(model) as one, gs.open(again) as other:
        one.iterate(2)
        other.iterate(2)
        assert one.fingerprint() == other.fingerprint()


@pytest.mark.parametrize("kind", list(registered().values()), ids=list(registered()))
def test_every_op_crosses_as_itself(kind: type[Op]) -> None:
    try:
        op = kind()
    except TypeError:
        pytest.skip("needs its fields; those that models use cross in the samples")
    assert crossed(op) == op
    assert type(crossed(op)) is kind


class OwnOp(Op, abstract=True):
    """out = x, in a test's own way."""

    slope: float = 2.0
    symbol = "own"

    def infer(self, x: Any) -> Any:
        return x.like()

    def vjp(self, xp: Any, g: Any, out: Any, x: Any) -> Any:
        return (g,)


def test_an_op_that_the_other_side_does_not_have_can_be_drawn_there() -> None:
    again = crossed(OwnOp(3.0))
    assert (again.name, again.symbol, again.title) == ("OwnOp", "own", "own")
    assert again.signature == OwnOp(3.0).signature
    assert again.operand(0) == "x"
    assert dict(again.attributes) == {"slope": "3.0"}
    assert crossed(again) == again


def test_an_op_that_the_other_side_does_not_have_is_not_sent_there_to_run() -> None:
    with pytest.raises(WireError, match="OwnOp is known to this program only"):
        encode(OwnOp(), foreign_ops=False)


def test_errors_cross_as_sentences_with_their_place() -> None:
    error = InputError("{name} is {what}", name="x", what=Sentence("wrong by {n}", n=3)).at("model.py:3")
    again = crossed(error)
    assert type(again) is InputError
    assert (again.sentence, again.where, str(again)) == (error.sentence, "model.py:3", str(error))


def test_what_a_sentence_is_about_is_told_as_text_where_it_is_no_plain_data() -> None:
    assert str(crossed(Sentence("{it}", it=ValueError("odd")))) == "odd"


@pytest.mark.parametrize(
    "value", [object(), len, lambda: 0, {1, 2}, b"raw", np.array(["a"]), np.array([None]), open]
)
def test_what_is_no_plain_data_does_not_cross(value: Any) -> None:
    with pytest.raises(WireError, match="cannot cross"):
        encode((1, value))


def forged(body: Any, *classes: str) -> tuple[bytes, bytearray]:
    return json.dumps({"v": body, "c": classes, "a": []}).encode(), bytearray()


@pytest.mark.parametrize(
    "name",
    [
        "gui.window:Window",
        "app.settings:Settings",
        "service.process:EngineProcess",
        "service.codec:Path",
        "service.codec:import_module",
        "..os:system",
        "engine.step:Step.at",
        "nowhere:Thing",
    ],
)
def test_only_plain_data_of_the_package_is_made_of_bytes(name: str) -> None:
    with pytest.raises(WireError):
        decode(*forged({"o": [0]}, name))


def test_a_record_with_other_fields_is_refused() -> None:
    name = "engine.step:Ref"
    assert decode(*forged({"o": [0, "value", "x", 1]}, name)) == Ref("value", "x", 1)
    with pytest.raises(WireError, match="does not have these fields"):
        decode(*forged({"o": [0, "value"]}, name))


def test_an_array_larger_than_what_came_is_refused() -> None:
    text = json.dumps({"v": {"a": 0}, "c": [], "a": [["<f8", [2**40]]]}).encode()
    with pytest.raises(WireError, match="fewer numbers"):
        decode(text, bytearray(8))


@settings(max_examples=300)
@given(st.integers(0, 2**32))
def test_damaged_messages_are_errors_of_ours_or_other_plain_data(seed: int) -> None:
    chance = random.Random(seed)
    value = (
        Assign("W1", (0, 1), 0.5),
        Move("step", frozenset({("a",)})),
        np.arange(6.0).reshape(2, 3),
        Path("x"),
        math.nan,
    )
    text, arrays = encode(value)
    raw, data = bytearray(text), bytearray().join(arrays)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(raw))
        if chance.random() < 0.5:
            raw[place] = chance.randrange(256)
        else:
            del raw[place : place + chance.randint(1, 6)]
        raw = raw or bytearray(b" ")
    with suppress(GraphScopeError):
        decode(bytes(raw), data)


def test_reading_a_large_message_leaves_the_collection_of_garbage_as_it_was() -> None:
    text, _ = encode("x" * LARGE)
    for turn in (gc.enable, gc.disable):
        turn()
        before = gc.isenabled()
        try:
            decode(text, bytearray())
            with pytest.raises(WireError):
                decode(text[:-1], bytearray())
            assert gc.isenabled() == before
        finally:
            gc.enable()
