"""Nothing that a kernel does takes the other side along; whoever dies first leaves no orphan and loses no run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import graphscope
from graphscope.app.engine import start_process
from graphscope.service.engine import LostError
from graphscope.service.keeper import Keeper
from graphscope.service.process import EngineProcess
from graphscope.service.requests import (
    Answer,
    Assign,
    Closed,
    Failed,
    Move,
    Moved,
    Open,
    Opened,
    Request,
    Restarted,
    Revive,
    Seek,
    Undo,
)
from graphscope.service.tasks.calling import Call, Returned
from tests.service.evil import evil

ROOT = Path(__file__).resolve().parents[2]
EVIL_STEP = 3
"""Positions before the step of the evil kernel: data, zero and a matrix product are done."""


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    made = Keeper(lambda: start_process(lambda: None))
    yield made
    made.close()


def ask(keeper: Keeper, request: Request) -> list[Answer]:
    return list(keeper.answers(request))


def told(keeper: Keeper, request: Request, kind: type[Any]) -> Any:
    found = [answer for answer in ask(keeper, request) if isinstance(answer, kind)]
    assert found, f"{request} was not answered by {kind.__name__}"
    return found[-1]


def fingerprint(keeper: Keeper) -> str:
    return told(keeper, Call("fingerprint"), Returned).value


def process(keeper: Keeper) -> Any:
    return keeper._engine


def gone(pid: int, *, within: float) -> bool:
    """Whether a process ends in time; one that has ended but was not waited for is gone too."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


# ---- the engine dies --------------------------------------------------------------------------------------


def places() -> list[int]:
    """The position after the first step of each kind, after the last, and within the next iteration."""
    with graphscope.open("xor") as session:
        kinds = [step.kind for step in session.iteration_steps]
    return sorted({*(kinds.index(kind) + 1 for kind in kinds), len(kinds), len(kinds) + 4})


def test_an_engine_that_is_killed_at_any_kind_of_step_comes_back_to_the_same_numbers(keeper: Keeper) -> None:
    ask(keeper, Open("xor"))
    assert len(places()) >= 8  # at any position whatever: tests/service/test_keeper.py, without processes
    for position in places():
        ask(keeper, Seek(position - 1))
        ask(keeper, Move("step"))
        before = fingerprint(keeper)
        process(keeper).end()
        restarted = told(keeper, Revive(), Restarted)
        assert restarted.position == position
        assert fingerprint(keeper) == before


def test_steps_ahead_that_were_known_are_known_again(keeper: Keeper) -> None:
    ask(keeper, Open("xor"))
    ask(keeper, Seek(190))
    curves = told(keeper, Call("curves"), Returned).value
    assert told(keeper, Seek(3), Moved).reached == 190
    process(keeper).end()
    answers = ask(keeper, Revive())
    assert isinstance(answers[-1], Moved)
    assert (answers[-1].moment.position, answers[-1].reached) == (3, 190)
    assert told(keeper, Call("curves"), Returned).value.loss.tolist() == curves.loss.tolist()


def test_edits_and_their_undoing_are_done_again_where_they_were_done(keeper: Keeper) -> None:
    ask(keeper, Open("xor"))
    ask(keeper, Seek(10))
    ask(keeper, Assign("W1", (0, 1), 2.5))
    ask(keeper, Seek(30))
    ask(keeper, Assign("b1", (0,), -1.0))
    ask(keeper, Undo())
    ask(keeper, Seek(45))
    ask(keeper, Assign("W2", (1, 0), 0.25))
    ask(keeper, Move("back"))
    before = fingerprint(keeper)
    process(keeper).end()
    told(keeper, Revive(), Restarted)
    assert fingerprint(keeper) == before
    assert told(keeper, Undo(), Moved).edits == 1


def test_what_an_engine_died_of_is_not_done_again(keeper: Keeper, tmp_path: Path) -> None:
    ask(keeper, Open(evil(tmp_path, "segfault"), trust=True))
    ask(keeper, Seek(EVIL_STEP))
    before = fingerprint(keeper)
    answers = ask(keeper, Move("step"))
    assert [type(answer) for answer in answers] == [Restarted, Moved]
    restarted = answers[0]
    assert isinstance(restarted, Restarted)
    assert str(restarted.reason) == "signal 11, a kernel touched memory that is not its own"
    assert "segfault.py" in restarted.details, "the details name the line of the kernel"
    assert restarted.position == EVIL_STEP
    assert fingerprint(keeper) == before
    told(keeper, Move("back"), Moved)


@pytest.mark.parametrize(
    ("deed", "reason"),
    [("abort", "signal 6, a library gave up"), ("leave", "it left with status 7"), ("close", "")],
)
def test_other_ways_to_die_are_named(keeper: Keeper, tmp_path: Path, deed: str, reason: str) -> None:
    ask(keeper, Open(evil(tmp_path, deed), trust=True))
    ask(keeper, Seek(EVIL_STEP))
    answers = ask(keeper, Move("step"))
    if deed == "close":  # it closed the descriptors that programs print to: ours are others
        assert [type(answer) for answer in answers] == [Moved]
        return
    assert isinstance(answers[0], Restarted)
    assert str(answers[0].reason).startswith(reason)


def test_a_model_that_kills_the_engine_when_it_is_opened_leaves_the_one_before(
    keeper: Keeper, tmp_path: Path
) -> None:
    path = tmp_path / "model.py"
    path.write_text("import os\nos.kill(os.getpid(), 9)\n", encoding="utf-8")
    ask(keeper, Open("xor"))
    ask(keeper, Seek(7))
    before = fingerprint(keeper)
    answers = ask(keeper, Open(path, trust=True))
    assert isinstance(answers[0], Restarted)
    assert "perhaps because memory ran out" in str(answers[0].reason)
    assert fingerprint(keeper) == before


def test_a_run_that_cannot_be_led_back_is_closed_with_a_sentence(keeper: Keeper, tmp_path: Path) -> None:
    path = evil(tmp_path, "nothing")
    ask(keeper, Open(path, trust=True))
    path.unlink()
    process(keeper).end()
    answers = ask(keeper, Revive())
    assert isinstance(answers[0], Closed)
    assert isinstance(answers[1], Failed)
    assert isinstance(told(keeper, Open("xor"), Opened), Opened)


# ---- what a kernel does -----------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["loop", "sleep", "hold"])
def test_a_kernel_that_never_ends_can_be_ended(keeper: Keeper, tmp_path: Path, deed: str) -> None:
    ask(keeper, Open(evil(tmp_path, deed), trust=True))
    ask(keeper, Seek(EVIL_STEP))
    before = fingerprint(keeper)
    threading.Timer(0.3, keeper.end).start()
    restarted = told(keeper, Move("step"), Restarted)
    assert str(restarted.reason) == "that was asked for"
    assert fingerprint(keeper) == before


@pytest.mark.parametrize("deed", ["allocate", "one huge array"])
def test_a_kernel_that_wants_all_memory_fails_alone(keeper: Keeper, tmp_path: Path, deed: str) -> None:
    ask(keeper, Open(evil(tmp_path, deed), trust=True))
    ask(keeper, Seek(EVIL_STEP))
    _bound(process(keeper).hello.process, 2**30)
    before = fingerprint(keeper)
    failed = told(keeper, Move("step"), Failed)
    assert "e" in failed.error.sentence.fields.get("node", "e")
    assert fingerprint(keeper) == before
    told(keeper, Move("back"), Moved)


def _bound(pid: int, size: int) -> None:
    """A smaller limit than that of this computer, so that the test does not fill it."""
    import resource

    resource.prlimit(pid, resource.RLIMIT_DATA, (size, resource.RLIM_INFINITY))


def test_memory_is_bounded_below_that_of_the_computer(keeper: Keeper) -> None:
    import resource

    from graphscope.backends import machine

    ask(keeper, Open("xor"))
    soft, _ = resource.prlimit(process(keeper).hello.process, resource.RLIMIT_DATA)
    total = machine.total()
    assert total is not None
    assert 0 < soft < total


def test_what_a_kernel_prints_does_not_spoil_a_message(
    keeper: Keeper, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ask(keeper, Open(evil(tmp_path, "print"), trust=True))
    ask(keeper, Seek(EVIL_STEP))
    told(keeper, Move("step"), Moved)
    keeper.close()
    out, err = capfd.readouterr()
    assert out == ""
    for words in ("from a kernel", "to the descriptor", "from a child"):
        assert words in err


def test_a_kernel_that_wants_to_exit_fails_alone(keeper: Keeper, tmp_path: Path) -> None:
    ask(keeper, Open(evil(tmp_path, "exit"), trust=True))
    ask(keeper, Seek(EVIL_STEP))
    told(keeper, Move("step"), Failed)
    told(keeper, Move("back"), Moved)


def test_a_long_jump_can_be_cancelled_between_steps(keeper: Keeper) -> None:
    ask(keeper, Open("xor"))
    threading.Timer(0.3, keeper.cancel).start()
    moved = told(keeper, Seek(100_000_000), Moved)
    assert 0 < moved.moment.position < 100_000_000
    assert "Stopped on the way" in str(moved.stopped)
    assert told(keeper, Move("step"), Moved).moment.position == moved.moment.position + 1


# ---- the window dies --------------------------------------------------------------------------------------

WINDOW = """
import sys, threading, time
from pathlib import Path
import graphscope
from graphscope.service.process import EngineProcess
from graphscope.service.requests import Move, Open, Seek
engine = EngineProcess(version=graphscope.__version__)
list(engine.answers(Open(Path(sys.argv[1]), trust=True)))
list(engine.answers(Seek({step})))
print(engine.hello.process, flush=True)
list(engine.answers(Move("step")))
time.sleep(3600)
"""


@pytest.mark.parametrize("deed", ["nothing", "loop", "sleep", "hold"])
def test_no_engine_outlives_a_window_that_is_killed(tmp_path: Path, deed: str) -> None:
    program = WINDOW.format(step=EVIL_STEP)
    path = evil(tmp_path, deed)
    line = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        engine = int(window.stdout.readline())
        time.sleep(0.3)  # into the kernel
        window.kill()
        assert gone(engine, within=1.0)


def test_ctrl_c_in_a_terminal_is_for_the_window(keeper: Keeper) -> None:
    ask(keeper, Open("xor"))
    os.kill(process(keeper).hello.process, signal.SIGINT)
    assert told(keeper, Move("step"), Moved).moment.position == 1


# ---- who answers ------------------------------------------------------------------------------------------


def greeted(*command: str) -> LostError:
    engine = EngineProcess(command, version=graphscope.__version__)
    with pytest.raises(LostError) as caught:
        engine.greet()
    engine.close()
    return caught.value


def test_a_program_that_is_no_engine_is_refused_with_what_it_says() -> None:
    assert "Welcome to this host" in str(greeted("echo", "Welcome to this host, friend"))


def test_a_program_that_fails_is_told_by_its_last_line() -> None:
    error = greeted("sh", "-c", "echo Permission denied >&2; exit 255")
    assert "it left with status 255. Permission denied" in str(error)


def test_a_command_that_is_not_there_is_told() -> None:
    with pytest.raises(LostError, match="cannot be started with “no-such-engine --now”: No such file"):
        EngineProcess(("no-such-engine", "--now"))


def test_an_engine_of_another_protocol_is_refused_with_both_versions() -> None:
    program = (
        "import sys, dataclasses\n"
        "from graphscope.service import protocol\n"
        "hello = dataclasses.replace(protocol.hello('9.9', 1), protocol=99)\n"
        "protocol.send(sys.stdout.buffer, hello); sys.stdin.read()\n"
    )
    engine = EngineProcess((sys.executable, "-c", program), version="0.1")
    try:
        with pytest.raises(graphscope.GraphScopeError, match=r"is GraphScope 9\.9, this window 0\.1"):
            engine.greet()
    finally:
        engine.close()


def test_a_request_that_came_twice_is_done_once() -> None:
    from graphscope.service import protocol

    engine = EngineProcess(version=graphscope.__version__)
    try:
        list(engine.answers(Open("xor")))
        list(engine.answers(Move("step")))
        sink: Any = engine._process.stdin
        protocol.send(sink, protocol.Asked(2, Move("step")))
        (moved,) = engine.answers(Move("step"))
        assert isinstance(moved, Moved)
        assert moved.moment.position == 2
    finally:
        engine.close()
