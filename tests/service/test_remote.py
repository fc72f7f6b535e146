"""A session elsewhere has everything that a session has, but for what cannot leave its process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graphscope.app.engine import start_here, start_process
from graphscope.debug.session import Session
from graphscope.debug.stops import Breakpoints
from graphscope.errors import BackendError, InputError, ModelError
from graphscope.service.remote import RemoteSession, remote_opener
from graphscope.service.requests import Open
from graphscope.service.tasks.calling import FACTS, METHODS
from graphscope.wire.frames import WireError

STAYS = {
    "backend": "holds a device",
    "breakpoints": "told part by part",
    "close": "closes the engine as well",
    "fetch": "takes an array of the device",
    "held": "gives an array of the device",
    "home": "takes an array of the device",
    "seen": "takes an array of the device",
}


def public(kind: type[Any]) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


def test_everything_public_of_a_session_can_be_asked_elsewhere_or_has_a_reason_to_stay() -> None:
    told = {name for name in (*METHODS, *FACTS) if "." not in name} - {"seed"}
    assert public(Session) - told == set(STAYS)
    assert not told - public(Session)


def test_everything_public_of_the_breakpoints_can_be_asked_elsewhere() -> None:
    assert {f"breakpoints.{name}" for name in public(Breakpoints)} == {
        each for each in METHODS if "." in each
    }


@pytest.fixture(params=[start_here, start_process], ids=["wire", "process"])
def run(request: pytest.FixtureRequest) -> Iterator[RemoteSession]:
    with remote_opener(lambda: request.param(lambda: None))("xor") as session:
        yield session


def test_breakpoints_are_set_and_met_elsewhere(run: RemoteSession) -> None:
    added = run.breakpoints.add("node:m2@backward")
    assert list(run.breakpoints)[1:] == [added]
    stop = run.run()
    assert stop.breakpoint == added
    assert run.next.node == "m2"
    assert run.breakpoints.hits(added) == 1


def test_what_cannot_be_is_raised_here_as_there(run: RemoteSession) -> None:
    with pytest.raises(InputError, match="no such thing"):
        run.value("no such thing")
    assert run.position == 0
    assert run.step()[0].kind == "data"


def test_what_stays_there_is_told_as_a_missing_name(run: RemoteSession) -> None:
    with pytest.raises(AttributeError, match="no “held”"):
        _ = run.held
    assert "step" in dir(run)
    assert repr(run) == "<session of xor in another process>"


def test_a_callable_cannot_cross() -> None:
    with remote_opener(lambda: start_process(lambda: None))("xor") as session, pytest.raises(WireError):
        session.free_run(2, progress=print)


def test_a_model_that_is_not_there_is_told_and_leaves_no_engine() -> None:
    with pytest.raises(ModelError, match="no sample or file"):
        remote_opener(lambda: start_process(lambda: None))("no such sample")


def test_an_engine_that_answers_something_else_is_told() -> None:
    engine = start_here(lambda: None)
    engine.answers = lambda request: iter(())  # type: ignore[method-assign]
    with pytest.raises(BackendError, match="did not answer what it was asked"):
        RemoteSession(engine, Open("xor"))
