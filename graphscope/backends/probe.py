"""Which backends can be used here; each library is tried in a process of its own, where it can do no harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import graphscope
from graphscope.backends.base import BackendFile, DeviceFacts, backend_file, backend_files
from graphscope.errors import Sentence

GLANCE = 0.1
"""Seconds between looks at whether the answer is still wanted."""


@dataclass(frozen=True)
class Availability:
    """Whether a backend can be used here; if not, why, and what to do."""

    name: str
    title: str
    available: bool
    reason: Sentence | None = None
    fix: Sentence | None = None
    devices: tuple[DeviceFacts, ...] = ()


def survey(
    *, timeout: float = 10, only: tuple[str, ...] = (), unwanted: Callable[[], bool] = lambda: False
) -> tuple[Availability, ...]:
    """Try every backend that a menu should show, or `only` those named, all at once, for `timeout` seconds.

    Imports none of their libraries in this process.

    Args:
        unwanted: asked several times a second; from when it says yes on, nobody is waited for any more.
    """
    deadline = time.monotonic() + timeout
    files = [file for file in backend_files() if (file.name in only if only else not file.hidden)]
    started = [(file, _start(file)) for file in files]
    return tuple(_answer(file, process, deadline, timeout, unwanted) for file, process in started)


def _start(file: BackendFile) -> subprocess.Popen[bytes]:
    """Ask in a new process, started beside our package so that no stranger's folder is searched."""
    ask = [sys.executable, "-m", "graphscope.backends.probe", "--json", "--only", file.name]
    home = Path(graphscope.__file__).parents[1]
    return subprocess.Popen(
        ask, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=home
    )


def _answer(
    file: BackendFile,
    process: subprocess.Popen[bytes],
    deadline: float,
    timeout: float,
    unwanted: Callable[[], bool],
) -> Availability:
    output, left = None, 1.0
    while output is None and left > 0 and not unwanted():
        left = max(deadline - time.monotonic(), 0)
        with suppress(subprocess.TimeoutExpired):
            output, _ = process.communicate(timeout=min(left, GLANCE))
    if output is None:
        process.kill()
        process.communicate()
        return _no_answer(
            file,
            Sentence("{title} did not answer within {seconds} seconds.", title=file.title, seconds=timeout),
        )
    try:
        return from_plain(json.loads(output)[0])
    except (ValueError, LookupError, TypeError):
        died = Sentence(
            "{title} ended its process while it was being tried (status {status}).",
            title=file.title,
            status=process.returncode,
        )
        return _no_answer(file, died)


def _no_answer(file: BackendFile, reason: Sentence) -> Availability:
    fix = Sentence(
        "Try {command} in a terminal to see where it stops.",
        command=f"python -m graphscope.backends.probe --only {file.name}",
    )
    return Availability(file.name, file.title, available=False, reason=reason, fix=fix)


def examine(file: BackendFile) -> Availability:
    """Try one backend in this process."""
    try:
        reason = file.problem()
        if reason is None:
            return Availability(file.name, file.title, available=True, devices=file.devices())
        return Availability(file.name, file.title, available=False, reason=reason, fix=file.fix())
    except Exception as error:  # noqa: BLE001 - told as the reason
        message = f"{type(error).__name__}: {error}"
        return _no_answer(
            file, Sentence("{title} could not be tried: {message}.", title=file.title, message=message)
        )


def to_plain(found: Availability) -> dict[str, Any]:
    """What JSON can hold; sentences stay templates and fields, to be told in any language."""
    return {
        "name": found.name,
        "title": found.title,
        "available": found.available,
        "reason": _sentence_to_plain(found.reason),
        "fix": _sentence_to_plain(found.fix),
        "devices": [asdict(device) for device in found.devices],
    }


def from_plain(plain: Mapping[str, Any]) -> Availability:
    """The inverse of `to_plain`."""
    return Availability(
        name=plain["name"],
        title=plain["title"],
        available=plain["available"],
        reason=_sentence_from_plain(plain["reason"]),
        fix=_sentence_from_plain(plain["fix"]),
        devices=tuple(DeviceFacts(**facts) for facts in plain["devices"]),
    )


def _sentence_to_plain(sentence: Sentence | None) -> dict[str, Any] | None:
    return None if sentence is None else {"template": sentence.template, "fields": dict(sentence.fields)}


def _sentence_from_plain(plain: Mapping[str, Any] | None) -> Sentence | None:
    return None if plain is None else Sentence(plain["template"], **plain["fields"])


def main(arguments: Sequence[str]) -> int:
    """``--json`` prints the whole survey; ``--only NAME`` tries one backend, in this very process."""
    answer = _private_output()
    if "--only" in arguments:
        if hasattr(os, "nice"):
            os.nice(10)  # some libraries take seconds to import; what the user does meanwhile comes first
        found = (examine(backend_file(arguments[arguments.index("--only") + 1])),)
    else:
        found = survey()
    if "--json" in arguments:
        text = json.dumps([to_plain(each) for each in found], ensure_ascii=False, indent=2)
    else:
        text = "\n".join(
            f"{each.title}: {each.reason or 'available'} {each.fix or ''}".rstrip() for each in found
        )
    os.write(answer, f"{text}\n".encode())
    return 0


def _private_output() -> int:
    """Keep standard output for the answer: what a library prints goes to the error output."""
    answer = os.dup(1)
    os.dup2(2, 1)
    return answer


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
