"""Reads a model file in a process of its own, with little memory and time: no file can take the program along."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from graphscope import importers
from graphscope.errors import GraphScopeError, ModelError
from graphscope.model import serial
from graphscope.model.model import Model
from graphscope.service import codec
from graphscope.service.limits import end_with_parent
from graphscope.wire.frames import WireError, read_frame, write_frame

ROOT = str(Path(__file__).resolve().parents[2])
BEGIN = (
    f"import sys; {ROOT!r} in sys.path or sys.path.insert(0, {ROOT!r}); "
    "from graphscope.app.reading import main; sys.exit(main())"
)
COMMAND = (sys.executable, "-P", "-c", BEGIN)
SECONDS, SECONDS_PER_BYTE = 9.0, 2e-7
"""How long reading may take of the processor's time: a file of 50 MB twice as long as a small one."""
BUSY = 4
"""So many times as long it may take on a computer that has other things to do."""
MEMORY, MEMORY_PER_BYTE = 2**30, 6
"""How much memory reading may take, in bytes: a weight is held as it lies in the file, decoded, and written on."""
_LONGEST = 300
_OUT_OF_TIME = getattr(signal, "SIGXCPU", 0)
"""What ends a process that has used up its time."""


class Allowance(NamedTuple):
    """What reading a file may take.

    Args:
        seconds: of the processor's time; on a busy computer that may last longer.
        memory: bytes.
    """

    seconds: float = SECONDS
    memory: int = MEMORY


def read(path: Path, *, trust: bool = False, command: Sequence[str] = COMMAND) -> Model:
    """The model in a file. Programs, which the user trusts, run here; everything else is read elsewhere.

    Args:
        command: what reads, for tests.

    Raises:
        ModelError: it cannot be read, or not within its limits; one sentence says why and what to do.
        TrustError: it is a program and was not trusted.
    """
    if importers.find(path, trust=trust).NEEDS_TRUST:
        return importers.read(path, trust=trust)
    allowance = allowance_of(path)
    limits = {"memory": allowance.memory, "seconds": ceil(allowance.seconds)}
    asked = json.dumps({"path": os.fsdecode(path), **limits}).encode("utf-8", "surrogatepass")
    process = _start(command)
    try:
        told, _ = process.communicate(asked, allowance.seconds * BUSY)
    except subprocess.TimeoutExpired:
        raise _too_long(path, allowance) from None
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
    if not told and process.returncode == -_OUT_OF_TIME:
        raise _too_long(path, allowance)
    return _model(told, path)


def _too_long(path: Path, allowance: Allowance) -> ModelError:
    return ModelError(
        "{file} was not read within {seconds} s, so reading it was given up; it may be damaged, or made to hang "
        "its reader",
        file=path.name,
        seconds=round(allowance.seconds),
    )


def allowance_of(path: Path) -> Allowance:
    """What reading a file may take: more for a large one, with the files of the same name beside it."""
    size = 0
    with suppress(OSError):
        stem = path.name.partition(".")[0]
        size = sum(
            each.stat().st_size for each in path.parent.glob("*") if each.name.partition(".")[0] == stem
        )
    return Allowance(SECONDS + size * SECONDS_PER_BYTE, MEMORY + size * MEMORY_PER_BYTE)


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise ModelError(
            "the process that reads model files cannot be started ({reason}); is the computer out of memory?",
            reason=error.strerror or str(error),
        ) from error


def _model(told: bytes, path: Path) -> Model:
    """The model that was told.

    Raises:
        ModelError: what the other process raised, or that it ended without a word.
    """
    try:
        frame = read_frame(BytesIO(told))
        answer: Any = None if frame is None else codec.decode(*frame)
    except WireError:
        answer = None
    if answer is None:
        raise ModelError(
            "{file} cannot be read: its reader crashed on it, so it is damaged, or made to crash its reader",
            file=path.name,
        )
    if isinstance(answer, GraphScopeError):
        raise answer
    return serial.read_model(answer)


# ---- the other process ---------------------------------------------------------------------------------------


def main() -> int:
    """Read the file that standard input names, and write the model, or why not, to standard output."""
    end_with_parent()
    asked: Any = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    bound_memory(asked["memory"])
    bound_time(asked["seconds"])
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is not for whoever reads the model
    path = Path(asked["path"])
    write_frame(stream, *_answer(path, asked["memory"]))
    return 0


def _answer(path: Path, memory: int) -> tuple[bytes, list[memoryview]]:
    """The model as plain data, each field of which is looked at where it arrives; or why there is none."""
    try:
        return codec.encode(serial.write(importers.read(path)))
    except GraphScopeError as error:
        return codec.encode(error)
    except (MemoryError, RecursionError):
        return codec.encode(_too_large(path, memory))
    except Exception as error:  # noqa: BLE001 - a library's own error about what is in the file
        return codec.encode(_unreadable(path, error))


def bound_memory(limit: int) -> None:
    """Let allocation fail beyond so many bytes, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def bound_time(seconds: int) -> None:
    """Have the system end this process after so many seconds of the processor's time, where it can."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _too_large(path: Path, limit: int) -> ModelError:
    return ModelError(
        "{file} needs more than {limit} MB to be read, far more than its size; it is damaged, or made to fill the "
        "memory",
        file=path.name,
        limit=limit // 2**20,
    )


def _unreadable(path: Path, error: Exception) -> ModelError:
    return ModelError(
        "{file} cannot be read ({reason}); is it complete?",
        file=path.name,
        reason=" ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST],
    )
