"""Whoever keeps an engine comes to rest whatever the engine does: no loss leads to losses without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import numpy as np

from graphscope.app.engine import open_session
from graphscope.debug.session import Session
from graphscope.errors import KernelError
from graphscope.service.engine import ASKED_FOR, LocalEngine, LostError
from graphscope.service.keeper import ATTEMPTS, LOSSES, Keeper
from graphscope.service.requests import (
    Answer,
    AskTimes,
    Assign,
    Closed,
    Failed,
    Move,
    Moved,
    Open,
    Request,
    Restarted,
    Revive,
    Seek,
)
from graphscope.service.tasks.calling import Call, Returned


class Frail(LocalEngine):
    """An engine that is lost where a test wants it to be.

    Args:
        fatal: whether a request is what it dies of.
        greeted: whether it ever said hello.
    """

    reason: object = "of old age"

    def __init__(
        self, fatal: Callable[[Request], bool] = lambda request: False, *, greeted: bool = True
    ) -> None:
        super().__init__(open_session)
        self.lost = False
        self._fatal, self._greeted = fatal, greeted

    def answers(self, request: Request) -> Iterator[Answer]:
        answers = super().answers(request)
        return self._until_lost(request, answers)

    def _until_lost(self, request: Request, answers: Iterator[Answer]) -> Iterator[Answer]:
        if self.lost or self._fatal(request):
            self.lost = True
            raise self._error()
        yield from answers

    def _error(self) -> LostError:
        error = LostError("the engine has ended: {reason}", reason=self.reason)
        error.greeted = self._greeted
        return error

    def loss(self) -> LostError | None:
        return self._error() if self.lost else None

    def end(self) -> None:
        self.lost = True


class Start:
    """Starts such engines and remembers them."""

    def __init__(self, make: Callable[[], Frail] = Frail) -> None:
        self.made: list[Frail] = []
        self._make = make

    def __call__(self) -> Frail:
        self.made.append(self._make())
        return self.made[-1]


def fingerprint(keeper: Keeper) -> str:
    (returned,) = keeper.answers(Call("fingerprint"))
    assert isinstance(returned, Returned)
    return returned.value


def kinds(answers: Iterator[Answer]) -> list[type[Answer]]:
    return [type(answer) for answer in answers]


def test_an_engine_that_dies_after_every_way_back_comes_to_rest_with_a_sentence() -> None:
    start = Start()
    keeper = Keeper(start)
    list(keeper.answers(Open("xor")))
    told: list[Answer] = []
    for _ in range(20):
        start.made[-1].lost = True
        told += keeper.answers(Revive())
    assert [type(each) for each in told] == [Restarted, Moved] * LOSSES + [Closed, Failed]
    (failed,) = (each for each in told if isinstance(each, Failed))
    assert str(failed.error) == "the engine has ended 4 times in a row, at last: of old age"
    assert len(start.made) == 1 + LOSSES


def test_an_engine_that_dies_of_what_a_window_asks_by_itself_comes_to_rest() -> None:
    start = Start(lambda: Frail(lambda request: isinstance(request, AskTimes)))
    keeper = Keeper(start)
    list(keeper.answers(Open("xor")))
    told = [kinds(keeper.answers(AskTimes())) for _ in range(LOSSES + 1)]
    assert told == [[Restarted, Moved]] * LOSSES + [[Closed, Failed]]


def test_whoever_tries_what_kills_the_engine_may_try_as_often_as_he_likes() -> None:
    keeper = Keeper(Start(lambda: Frail(lambda request: isinstance(request, Move))))
    list(keeper.answers(Open("xor")))
    for _ in range(LOSSES * 2):
        assert kinds(keeper.answers(Move("step"))) == [Restarted, Moved]


def test_losses_are_counted_anew_after_every_move() -> None:
    start = Start()
    keeper = Keeper(start)
    list(keeper.answers(Open("xor")))
    for _ in range(LOSSES * 2):
        start.made[-1].lost = True
        assert kinds(keeper.answers(Revive())) == [Restarted, Moved]
        list(keeper.answers(Move("step")))


def test_an_engine_that_never_said_hello_is_not_started_again_until_something_is_asked() -> None:
    start = Start(lambda: Frail(greeted=False))
    keeper = Keeper(start)
    for _ in range(5):
        assert list(keeper.answers(Revive())) == []
        start.made[-1].lost = True
    assert len(start.made) == 1
    list(keeper.answers(Open("xor")))
    assert len(start.made) == 2


def test_an_engine_that_says_no_hello_on_the_way_back_is_not_tried_once_more() -> None:
    number = count()
    start = Start(
        lambda: Frail(lambda _: False) if not next(number) else Frail(lambda _: True, greeted=False)
    )
    keeper = Keeper(start)
    list(keeper.answers(Open("xor")))
    start.made[-1].lost = True
    assert kinds(keeper.answers(Revive())) == [Closed, Failed]
    assert len(start.made) == 2


def test_an_engine_that_is_ended_by_hand_while_it_says_hello_on_the_way_back_is_tried_once_more() -> None:
    number = count()
    start = Start(lambda: Frail(lambda _: True, greeted=False) if next(number) == 1 else Frail())
    keeper = Keeper(start)
    list(keeper.answers(Open("xor")))
    start.made[-1].lost = True
    Frail.reason = ASKED_FOR
    try:
        assert kinds(keeper.answers(Revive())) == [Restarted, Moved]
    finally:
        Frail.reason = "of old age"
    assert len(start.made) == 3


def test_an_engine_that_dies_on_the_way_back_is_led_back_once_more() -> None:
    deaths = iter([False, False, True])
    start = Start(lambda: Frail(lambda request: isinstance(request, Seek) and next(deaths, False)))
    keeper = Keeper(start)
    list(keeper.answers(Open("xor")))
    list(keeper.answers(Seek(30)))
    before = fingerprint(keeper)
    start.made[-1].lost = True
    next(deaths)
    assert kinds(keeper.answers(Revive())) == [Restarted, Moved]
    assert len(start.made) == 1 + ATTEMPTS
    assert fingerprint(keeper) == before


def test_the_way_back_is_not_cut_short_by_who_wants_no_more() -> None:
    start = Start()
    keeper = Keeper(start)
    list(keeper.answers(Open("xor")))
    list(keeper.answers(Seek(400)))
    list(keeper.answers(Assign("W1", (0, 1), 2.5)))
    before = fingerprint(keeper)
    start.made[-1].lost = True
    start._make = lambda: Frail(lambda _: bool(keeper.cancel()))  # whenever it is asked for anything
    answers = keeper.answers(Revive())
    restarted = next(answers)
    assert isinstance(restarted, Restarted)
    assert restarted.position == 400
    list(answers)
    assert fingerprint(keeper) == before


def test_a_jump_that_is_unwanted_before_there_is_an_engine_does_not_begin_for_good() -> None:
    start = Start()
    keeper = Keeper(start)
    list(keeper.answers(Open("xor")))
    answers = keeper.answers(Seek(100_000_000))
    keeper.cancel()
    (moved,) = answers
    assert isinstance(moved, Moved)
    assert moved.moment.position < 100_000_000


def test_an_engine_that_nobody_needs_any_more_is_not_led_back() -> None:
    start = Start()
    keeper = Keeper(start)
    list(keeper.answers(Open("xor")))
    keeper.leave()
    assert list(keeper.answers(Seek(30))) == []
    assert len(start.made) == 1


def test_no_engine_stays_that_was_started_while_its_keeper_left() -> None:
    start = Start()
    keeper = Keeper(start)
    start._make = lambda: (keeper.leave(), Frail())[1]
    assert list(keeper.answers(Open("xor"))) == []
    assert [engine.lost for engine in start.made] == [True]


def test_an_edit_whose_consequence_cannot_be_told_is_an_edit_all_the_same(monkeypatch) -> None:
    def broken(session: Session, times: float) -> None:
        raise KernelError("no consequence of {times}", times=times)

    monkeypatch.setattr(Session, "consequence_of", broken)
    start = Start()
    keeper = Keeper(start)
    list(keeper.answers(Open("xor")))
    list(keeper.answers(Seek(30)))
    assert kinds(keeper.answers(Assign("W1", (0, 1), 2.5))) == [Moved, Failed]
    before = fingerprint(keeper)
    start.made[-1].lost = True
    assert kinds(keeper.answers(Revive())) == [Restarted, Moved]
    assert fingerprint(keeper) == before


def test_a_run_is_the_same_wherever_in_it_an_engine_is_lost() -> None:
    from graphscope.service.requests import Undo
    from graphscope.service.tasks.editing import AssignGradient
    from graphscope.service.tasks.switching import Switch

    for seed in range(12):
        chance = np.random.default_rng(seed)
        start = Start()
        keeper, steady = Keeper(start), Keeper(Start())
        for each in (keeper, steady):
            list(each.answers(Open("xor")))
        for _ in range(25):
            request = (
                Seek(int(chance.integers(120))),
                Move("step"),
                Move("back"),
                Move("previous_iteration"),
                Assign("W1", (0, int(chance.integers(4))), float(chance.normal())),
                AssignGradient("W2", (0, 0), float(chance.normal())),
                Undo(),
                Undo(),
                Switch("numpy"),
            )[chance.integers(9)]
            first, second = kinds(keeper.answers(request)), kinds(steady.answers(request))
            assert first == second, f"seed {seed}: {request}"
            if chance.random() < 0.4:
                start.made[-1].lost = True
                list(keeper.answers(Revive()))
                keeper._losses = 0
            assert fingerprint(keeper) == fingerprint(steady), f"seed {seed}: {request}"
