"""Whatever bytes come, a client and an engine end with a sentence: no hang, no fault, nothing made that works."""

from __future__ import annotations

import io
import json
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphscope.app.engine import open_session
from graphscope.errors import GraphScopeError
from graphscope.service import protocol
from graphscope.service.changes import EMPTY, NO_STEPS, Change, MovedChange, Receiving, Sending
from graphscope.service.codec import decode
from graphscope.service.process import EngineProcess
from graphscope.service.protocol import Asked, Cancel
from graphscope.service.requests import AskExplanation, AskTimes, Assign, Move, Moved, Open, Seek, Undo
from graphscope.service.server import Server
from graphscope.service.tasks.calling import Call
from graphscope.wire.frames import WireError, read_frame, write_frame

REQUESTS = (
    Open("xor"),
    Move("step"),
    Seek(9),
    AskExplanation("en"),
    Assign("W1", (0, 1), 2.5),
    AskTimes(),
    Call("fingerprint"),
    Undo(),
)
ODD = (
    *(
        None,
        True,
        0,
        -1,
        2**40,
        2**200,
        1.5,
        "",
        "x",
        "{x:>99999999}",
        {"f": "nan"},
        [],
        {"d": {}},
        {"l": []},
    ),
    *({"s": []}, {"a": 0}, {"p": "/"}, {"t": ["{n}", {}]}, {"o": [0]}, {"z": [1, 2]}, {"m": []}),
)
"""What may stand in place of anything else."""


def asked() -> bytes:
    stream = io.BytesIO()
    for number, request in enumerate(REQUESTS, 1):
        protocol.send(stream, Asked(number, request))
        protocol.send(stream, Cancel(number - 1))
    return stream.getvalue()


def served(told: bytes) -> tuple[bytes, str]:
    """What an engine answers to a stream, and what it says when it leaves."""
    sink, words = io.BytesIO(), io.StringIO()
    protocol.send(sink, protocol.hello("0", 1))
    server = Server(open_session, sink)
    left: list[int] = []
    with redirect_stderr(words):
        server.listen(io.BytesIO(told), left.append)
        assert server.work() == 0
    assert len(left) == 1
    return sink.getvalue(), words.getvalue()


@pytest.fixture(scope="module")
def answered() -> bytes:
    return served(asked())[0]


def other_bytes(stream: bytes, chance: random.Random) -> bytes:
    """A stream with some bytes changed, gone, or there twice."""
    raw = bytearray(stream)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(raw))
        match chance.randrange(3):
            case 0:
                raw[at] = chance.randrange(256)
            case 1:
                del raw[at : at + chance.randint(1, 8)]
            case _:
                raw[at:at] = raw[: chance.randint(1, 40)]
    return bytes(raw)


def other_parts(stream: bytes, chance: random.Random) -> bytes:
    """A stream with some part of a message in place of another."""
    source, sink = io.BytesIO(stream), io.BytesIO()
    frames: list[tuple[bytes, bytearray]] = []
    while (frame := read_frame(source)) is not None:
        frames.append(frame)
    at = chance.randrange(len(frames))
    told = json.loads(frames[at][0])
    places = [place for place in within(told) if len(place) > 1]
    other = chance.choice(ODD) if chance.random() < 0.6 else part(told, chance.choice(places))
    *way, last = chance.choice(places)
    part(told, way)[last] = json.loads(json.dumps(other))
    frames[at] = (json.dumps(told).encode(), frames[at][1])
    for text, arrays in frames:
        write_frame(sink, text, [memoryview(arrays)])
    return sink.getvalue()


def within(told: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    named = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, each in named:
        yield from within(each, (*place, key))


def part(told: Any, place: Any) -> Any:
    for key in place:
        told = told[key]
    return told


Damage = Callable[[bytes, random.Random], bytes]
damages = pytest.mark.parametrize("damage", [other_bytes, other_parts])


@damages
def test_an_engine_ends_with_a_sentence_whatever_it_is_told(damage: Damage) -> None:
    for seed in range(120):
        _, words = served(damage(asked(), random.Random(seed)))
        assert "Traceback" not in words, f"seed {seed}"


@damages
def test_a_client_ends_with_a_sentence_whatever_it_is_told(
    damage: Damage, answered: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "answers"
    for seed in range(60):
        path.write_bytes(damage(answered, random.Random(seed)))
        engine = EngineProcess(("sh", "-c", f"cat {path}; sleep 0.02"), version="0")
        with suppress(GraphScopeError):
            for request in REQUESTS:
                list(engine.answers(request))
        engine.end()
        engine.close()


@pytest.mark.parametrize(
    "wrong", [{"planned": Path("/")}, {"planned": (1,)}, {"values": Change({"x": 7}, ())}]
)
def test_a_position_that_could_not_be_shown_is_refused(wrong: dict[str, Any]) -> None:
    moved = Moved(Move("step"), EMPTY, 0, NO_STEPS, 0, 0)
    told = Sending().shorten(moved, Move("step"))
    assert isinstance(told, MovedChange)
    with pytest.raises((WireError, TypeError)):
        Receiving().whole(replace(told, **wrong), Move("back"))


def forged(body: Any, *classes: str, arrays: Any = ()) -> Any:
    return decode(json.dumps({"v": body, "c": classes, "a": arrays}).encode(), bytearray())


@pytest.mark.parametrize(
    "template",
    ["{x:>99999999}", "{x:{x}}", "{x.__class__}", "{x[0]}", "{x!r}", "{y}", "{", "{}", 7],
)
def test_a_sentence_only_names_what_is_told(template: Any) -> None:
    with pytest.raises(WireError):
        forged({"t": [template, {"x": 1}]})
    assert str(forged({"t": ["{x:,.2f} %", {"x": 1234.5}]})) == "1,234.50 %"


@pytest.mark.parametrize(
    "name",
    [
        "engine.iteration:Program",  # changes while it works
        "debug.moments:Branch",  # one that another module only uses
        "service.foreign:ForeignOp",  # reads its attributes elsewhere
        "service.requests:ExpressionSource",
        "view.text:Path",
    ],
)
def test_what_works_is_not_made_of_bytes(name: str) -> None:
    with pytest.raises(WireError, match=r"is no plain data|there is no"):
        forged({"o": [0]}, name)


@pytest.mark.parametrize("depth", [10**3, 10**5])
def test_what_is_nested_too_deeply_is_refused(depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"l":[', "]}")):
        text = f'{{"v":{opening * depth}{closing * depth},"c":[],"a":[]}}'
        with pytest.raises(WireError, match="cannot be understood"):
            decode(text.encode(), bytearray())


@pytest.mark.parametrize(
    "shape", [[2**62, 2**62], [0, 2**70], [-1], [True], [[2]], "8", [1] * 99, [2**70, 0], None]
)
def test_an_array_of_an_impossible_shape_is_refused(shape: Any) -> None:
    with pytest.raises(WireError):
        forged({"a": 0}, arrays=[["<f8", shape]])


def test_a_sentence_of_ours_crosses_whatever_it_says() -> None:
    """The templates of the package say no more than what `test_a_sentence_only_names_what_is_told` allows."""
    from graphscope.service.codec import _fields_of

    catalogues = Path(sys.modules["graphscope"].__path__[0]) / "view" / "korean"
    for path in catalogues.glob("*.json"):
        for template in json.loads(path.read_text(encoding="utf-8")):
            _fields_of(template)
