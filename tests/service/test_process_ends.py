"""An engine's process leaves nothing behind, and nobody waits for one that hangs, floods or keeps others alive."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphscope
from graphscope.app.engine import start_process
from graphscope.service.engine import LostError
from graphscope.service.keeper import Keeper
from graphscope.service.process import EngineProcess
from graphscope.service.requests import Answer, Failed, Move, Moved, Open, Restarted, Revive, Seek
from graphscope.wire.frames import WireError
from tests.service.evil import PROGRAM
from tests.service.test_process import EVIL_STEP, gone


@contextmanager
def engine(*command: str) -> Iterator[EngineProcess]:
    options: dict[str, Any] = {"version": graphscope.__version__}
    made = EngineProcess(command, **options) if command else EngineProcess(**options)
    try:
        yield made
    finally:
        made.close()


def last(answers: Iterator[Answer]) -> Answer:
    return list(answers)[-1]


def doing(folder: Path, deed: str) -> Path:
    """A model whose kernel does something at `EVIL_STEP`."""
    path = folder / "model.py"
    path.write_text(PROGRAM.format(deed=deed), encoding="utf-8")
    return path


def ours() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("graphscope")]


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


SPEAKS = "import sys, time\nfrom graphscope.service import protocol\nsink = sys.stdout.buffer\n"
DEAF = SPEAKS + "protocol.send(sink, protocol.hello('0', 1))\ntime.sleep(1000)\n"
OTHER = SPEAKS + (
    "import dataclasses\n"
    "protocol.send(sink, dataclasses.replace(protocol.hello('9.9', 1), protocol=99))\n"
    "sys.stdin.read()\n"
)


# ---- what a kernel leaves behind --------------------------------------------------------------------------


@pytest.mark.parametrize("end", [EngineProcess.close, EngineProcess.end])
def test_what_a_kernel_has_started_ends_with_the_engine(
    tmp_path: Path, end: Callable[[EngineProcess], None]
) -> None:
    number = tmp_path / "number"
    deed = f"os.system('sleep 1000 & echo $! > {number}')"
    with engine() as made:
        list(made.answers(Open(doing(tmp_path, deed), trust=True)))
        assert isinstance(last(made.answers(Seek(EVIL_STEP + 1))), Moved)
        end(made)
    assert ours() == []
    assert gone(int(number.read_text()), within=1.0)


def test_nobody_waits_for_a_daemon_that_a_kernel_has_started(tmp_path: Path) -> None:
    number = tmp_path / "number"
    deed = f"os.system('setsid sleep 1000 & echo $! > {number}')"
    with engine() as made:
        list(made.answers(Open(doing(tmp_path, deed), trust=True)))
        list(made.answers(Seek(EVIL_STEP + 1)))
    daemon = int(number.read_text())
    assert not gone(daemon, within=0.0), "it has not been waited for"
    os.kill(daemon, signal.SIGKILL)
    for thread in threading.enumerate():
        if thread.name.startswith("graphscope"):
            thread.join()


def test_an_engine_that_is_led_to_by_other_programs_ends_with_them() -> None:
    with engine("sh", "-c", "sleep 1000; true") as made:
        threading.Timer(0.2, made.end).start()
        with pytest.raises(LostError, match="that was asked for"):
            made.greet()
    assert ours() == []


def test_a_kernel_may_print_without_end(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    deed = "[os.write(1, b'x' * 2**20) for _ in range(100)]"
    with engine() as made:
        list(made.answers(Open(doing(tmp_path, deed), trust=True)))
        assert isinstance(last(made.answers(Seek(EVIL_STEP + 1))), Moved)
    assert sum(map(len, made.lines)) < 2**20
    assert len(capfd.readouterr().err) >= 100 * 2**20


def test_engines_that_come_and_go_leave_nothing_behind() -> None:
    keeper = Keeper(lambda: start_process(lambda: None))
    list(keeper.answers(Open("xor")))
    before = (open_files(), sorted(ours()))
    for position in range(1, 5):
        list(keeper.answers(Move("step")))
        keeper.end()
        (restarted, _) = keeper.answers(Revive())
        assert isinstance(restarted, Restarted)
        assert restarted.position == position
    assert (open_files(), sorted(ours())) == before
    keeper.close()
    assert ours() == []
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_an_engine_outlives_the_thread_that_has_started_it() -> None:
    found: list[EngineProcess] = []

    def start() -> None:
        found.append(EngineProcess(version=graphscope.__version__))
        found[0].greet()

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    try:
        assert isinstance(last(found[0].answers(Open("xor"))), Moved)
    finally:
        found[0].close()


def test_a_file_that_is_called_like_a_module_does_not_keep_the_engine_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "queue.py").write_text("raise SystemExit('not the module')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with engine() as made:
        assert made.greet().process == made.pid


# ---- who does not listen ----------------------------------------------------------------------------------


def test_whoever_cancels_waits_for_no_request_that_is_still_being_written() -> None:
    large = Open("model.py", content=np.zeros(2**24, np.uint8))
    with engine(sys.executable, "-c", DEAF) as made:
        made.greet()
        told: list[LostError] = []

        def ask() -> None:
            with pytest.raises(LostError) as caught:
                list(made.answers(large))
            told.append(caught.value)

        thread = threading.Thread(target=ask)
        thread.start()
        while not made._writing.locked():
            thread.join(0.01)
        made.cancel()
        assert thread.is_alive()
        made.end()
        thread.join()
        assert "that was asked for" in str(told[0])


def test_a_jump_can_be_cancelled_before_the_engine_has_heard_of_it() -> None:
    with engine() as made:
        list(made.answers(Open("xor")))
        answers = made.answers(Seek(100_000_000))
        made.cancel()
        moved = last(answers)
        assert isinstance(moved, Moved)
        assert moved.moment.position < 100_000_000
        done = last(made.answers(Seek(500)))
        assert isinstance(done, Moved)
        assert done.moment.position == 500


def test_an_engine_of_another_version_is_told_as_often_as_something_is_asked() -> None:
    command = (sys.executable, "-c", OTHER)
    keeper = Keeper(lambda: EngineProcess(command, version=graphscope.__version__))
    for _ in range(2):
        (failed,) = keeper.answers(Open("xor"))
        assert isinstance(failed, Failed)
        assert "is GraphScope 9.9, this window" in str(failed.error)
    assert ours() == []


# ---- what does not fit into a message ---------------------------------------------------------------------


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    made = Keeper(lambda: start_process(lambda: None))
    list(made.answers(Open("xor")))
    yield made
    made.close()


def test_a_file_whose_name_is_no_text_is_opened_or_refused_by_the_same_engine(keeper: Keeper) -> None:
    before: Any = keeper._engine
    failed = last(keeper.answers(Open("\udcc7\udcd1.py", trust=True)))
    assert isinstance(failed, Failed)
    assert keeper._engine is before
    assert isinstance(last(keeper.answers(Move("step"))), Moved)


def test_a_request_that_cannot_be_written_leaves_the_engine(keeper: Keeper) -> None:
    before: Any = keeper._engine
    with pytest.raises(WireError, match="cannot be written"):
        list(keeper.answers(Open("xor", options={"seed": 10**5000})))
    assert keeper._engine is before
    assert isinstance(last(keeper.answers(Move("step"))), Moved)


def test_a_kernel_that_says_what_is_no_text_fails_alone(tmp_path: Path) -> None:
    with engine() as made:
        list(made.answers(Open(doing(tmp_path, "raise ValueError(chr(0xDCFF))"), trust=True)))
        failed = last(made.answers(Seek(EVIL_STEP + 1)))
        assert isinstance(failed, Failed)
        assert isinstance(last(made.answers(Seek(EVIL_STEP))), Moved)
