"""Asking an engine what a switch would copy, switching, and coming back to it after the engine was lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graphscope.app.engine import start_process
from graphscope.engine.step import Transfer
from graphscope.service.keeper import Keeper
from graphscope.service.requests import Answer, Failed, Moved, Open, Request, Restarted, Revive, Seek, Undo
from graphscope.service.tasks.calling import Call, Returned
from graphscope.service.tasks.editing import Edited
from graphscope.service.tasks.switching import AskSwitch, Switch, Switched, SwitchTold


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    made = Keeper(lambda: start_process(lambda: None))
    list(made.answers(Open("xor")))
    yield made
    made.close()


def told(keeper: Keeper, request: Request, kind: type[Answer]) -> Any:
    found = [answer for answer in keeper.answers(request) if isinstance(answer, kind)]
    assert found, f"{request} was not answered by {kind.__name__}"
    return found[-1]


def fingerprint(keeper: Keeper) -> str:
    return told(keeper, Call("fingerprint"), Returned).value


def test_what_a_switch_would_copy_is_what_it_copies(keeper: Keeper) -> None:
    told(keeper, Seek(8), Moved)
    before = fingerprint(keeper)
    offer = told(keeper, AskSwitch("strict"), SwitchTold)
    assert (offer.title, offer.device) == ("array-api-strict · CPU", "cpu")
    assert fingerprint(keeper) == before
    done = told(keeper, Switch("strict"), Switched)
    assert (done.title, done.arrays, done.size) == (offer.title, offer.arrays, offer.size)


def test_transfers_cross_with_all_that_is_told_of_them(keeper: Keeper) -> None:
    told(keeper, Seek(8), Moved)
    moved = told(keeper, Switch("strict"), Moved)
    copies = [step for step in moved.steps if step.kind == "transfer"]
    assert moved.moment.position == 8 + len(copies)
    assert copies[0].transfer == Transfer("NumPy · CPU", "array-api-strict · CPU", 32)
    assert {step.phase for step in copies} == {"forward"}
    assert (moved.moment.backend, moved.moment.title) == ("strict:cpu", "array-api-strict · CPU")
    assert told(keeper, Seek(8), Moved).moment.backend == "numpy:cpu"


def test_an_engine_that_was_lost_after_a_switch_comes_back_behind_it(keeper: Keeper) -> None:
    told(keeper, Seek(27), Moved)
    told(keeper, Switch("strict"), Switched)
    told(keeper, Seek(50), Moved)
    before = fingerprint(keeper)
    keeper.end()
    restarted = told(keeper, Revive(), Restarted)
    assert restarted.position == 50
    assert fingerprint(keeper) == before
    assert told(keeper, Seek(50), Moved).moment.backend == "strict:cpu"


def test_undoing_a_switch_says_what_computes_again(keeper: Keeper) -> None:
    told(keeper, Seek(8), Moved)
    told(keeper, Switch("strict"), Switched)
    undone = told(keeper, Undo(), Edited)
    assert str(undone.told) == "The switch is taken back; NumPy · CPU computes again."
    assert str(told(keeper, Undo(), Edited).told) == "The edit is taken back; the former run is here again."


@pytest.mark.parametrize("request_of", [AskSwitch, Switch])
def test_a_backend_that_nobody_has_is_refused_and_nothing_moves(
    keeper: Keeper, request_of: type[Any]
) -> None:
    told(keeper, Seek(8), Moved)
    failed = told(keeper, request_of("abacus"), Failed)
    assert "There is no backend called “abacus”" in str(failed.error)
    assert told(keeper, Call("position"), Returned).value == 8


def test_a_script_elsewhere_can_switch_too(keeper: Keeper) -> None:
    told(keeper, Call("iterate"), Returned)
    assert told(keeper, Call("luggage"), Returned).value.arrays == 4
    steps = told(keeper, Call("switch", ("strict",)), Returned).value
    assert [step.value for step in steps] == ["W1", "b1", "W2", "b2"]
