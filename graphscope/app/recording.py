"""Recorded runs as files: plain JSON beside the sample that ran, read strictly, shown as what they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any, cast, get_args

from graphscope.app.places import sample_models
from graphscope.backends.base import DeviceFacts
from graphscope.engine.recorded import Direction, RecordedRun, RecordedStep, Transfer
from graphscope.engine.step import PHASE_OF
from graphscope.errors import ModelError, Sentence

FORMAT, VERSION = "graphscope recorded run", 1
FILE = "recorded.json"
"""In the folder of the sample."""
LARGEST = 16 * 2**20
"""Bytes that are read: a hundred iterations of the largest sample take a tenth of that."""


def find(sample: str) -> RecordedRun | None:
    """The recorded run that ships with a sample, or None where there is none.

    Raises:
        ModelError: there is one, but it cannot be read.
    """
    path = sample_models() / sample / FILE
    if not sample.isidentifier() or not path.is_file():
        return None
    run = read(path)
    return None if run.rehearsal else run


def caption(run: RecordedRun) -> Sentence:
    """What must stand over everything that is shown of it."""
    return Sentence("Recorded on {device}, {date}: not your machine.", device=run.facts.name, date=run.date)


def write(run: RecordedRun, path: Path) -> None:
    """Write a run as JSON; see `read`."""
    plain = {"format": FORMAT, "format_version": VERSION, **asdict(run)}
    path.write_text(json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def read(path: Path) -> RecordedRun:
    """Read a run: nothing in the file is run, and nothing but what belongs there is taken.

    Raises:
        ModelError: the file is no recorded run, of another version, too large, or broken.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise _unfit(f"more than {LARGEST} bytes")
        plain = json.loads(path.read_text(encoding="utf-8"))
        if plain["format"] != FORMAT or plain["format_version"] != VERSION:
            raise _unfit(f"{plain['format']!r}, version {plain['format_version']!r}")
        return _run(plain)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(
            "{path} was expected to be a recorded run of GraphScope (version {version}), but it is not: "
            "{reason}; record it anew with make gpu-check.",
            path=str(path),
            version=VERSION,
            reason=f"{type(error).__name__}: {error}",
        ) from error


def _run(plain: Mapping[str, Any]) -> RecordedRun:
    losses = tuple(None if loss is None else _number(loss) for loss in _list(plain["losses"]))
    steps = tuple(_step(each, len(losses)) for each in _list(plain["steps"]))
    if [step.index for step in steps] != list(range(len(steps))):
        raise _unfit("the steps are not in order")
    return RecordedRun(
        **{name: _text(plain[name]) for name in ("model", "backend", "title", "device", "date", "version")},
        dtype=_text(plain["dtype"]),
        facts=_facts(plain["facts"]),
        host=_facts(plain["host"]),
        seed=_whole(plain["seed"]),
        losses=losses,
        steps=steps,
        transfers=tuple(_transfer(each, len(losses), len(steps)) for each in _list(plain["transfers"])),
        rehearsal=plain["rehearsal"] is not False,
    )


def _step(plain: Mapping[str, Any], iterations: int) -> RecordedStep:
    if plain["kind"] != "transfer" and PHASE_OF.get(plain["kind"]) != plain["phase"]:
        raise _unfit(f"a step {plain['kind']!r} in the phase {plain['phase']!r}")
    seconds = tuple(_number(each) for each in _list(plain["seconds"]))
    if len(seconds) != iterations:
        raise _unfit(f"{len(seconds)} times for {iterations} iterations")
    node, op, value = (
        None if plain[name] is None else _text(plain[name]) for name in ("node", "op", "value")
    )
    scope = tuple(_text(each) for each in _list(plain["scope"]))
    return RecordedStep(
        _whole(plain["index"]), plain["kind"], plain["phase"], node, op, value, scope, seconds
    )


def _transfer(plain: Mapping[str, Any], iterations: int, steps: int) -> Transfer:
    iteration = _whole(plain["iteration"])
    step = None if plain["step"] is None else _whole(plain["step"])
    if plain["direction"] not in get_args(Direction) or iteration >= iterations or (step or 0) >= steps:
        raise _unfit(f"a copy {plain['direction']!r} in step {step} of iteration {iteration}")
    return Transfer(iteration, step, plain["direction"], _whole(plain["bytes"]), _number(plain["seconds"]))


def _facts(plain: Mapping[str, Any]) -> DeviceFacts:
    numbers = {
        name: None if plain[name] is None else _whole(plain[name])
        for name in ("memory", "cores", "multiprocessors")
    }
    if plain["kind"] not in ("cpu", "gpu"):
        raise _unfit(f"a device of the kind {plain['kind']!r}")
    versions = {_text(name): _text(version) for name, version in dict(plain["versions"]).items()}
    return DeviceFacts(_text(plain["id"]), _text(plain["name"]), plain["kind"], **numbers, versions=versions)


def _list(plain: Any) -> list[Any]:
    if not isinstance(plain, list):
        raise _unfit("a list was expected")
    return cast("list[Any]", plain)


def _text(plain: Any) -> str:
    if not isinstance(plain, str):
        raise _unfit(f"a text was expected, not {plain!r}")
    return plain


def _whole(plain: Any) -> int:
    if not isinstance(plain, int) or isinstance(plain, bool) or plain < 0:
        raise _unfit(f"a whole number from 0 on was expected, not {plain!r}")
    return plain


def _number(plain: Any) -> float:
    if not isinstance(plain, (int, float)) or isinstance(plain, bool) or not isfinite(plain):
        raise _unfit(f"a number was expected, not {plain!r}")
    return float(plain)


def _unfit(reason: str) -> ValueError:
    """Told inside the sentence that says what the file should have been."""
    return ValueError(reason)
