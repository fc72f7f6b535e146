"""``graphscope doctor``: says what this computer has and lacks, with the line that installs it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from graphscope.app.cli import console
from graphscope.app.cli.common import add_json
from graphscope.app.language import words

if TYPE_CHECKING:
    from graphscope.app.doctor import Diagnosis
    from graphscope.backends.probe import Availability

HELP = "show what this computer has and lacks"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Only ``--json``."""
    add_json(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print the diagnosis; 1 if anything but the window alone is in the way."""
    from graphscope.app import doctor

    diagnosis = doctor.diagnose()
    if arguments.json:
        console.write_json(doctor.plain(diagnosis), arguments.document)
    else:
        _print(diagnosis)
    grave = [problem for problem in diagnosis.problems if not problem.only_window]
    return console.fail(grave[0].what) if grave else 0


def _print(diagnosis: Diagnosis) -> None:
    tr = words()
    console.write(f"{diagnosis.system} · Python {diagnosis.python}")
    console.write(" · ".join(f"{item.name} {item.version or '–'}" for item in diagnosis.versions))
    for problem in diagnosis.problems:
        fix = [tr.tell(problem.fix)] if problem.fix else []
        console.write(" ".join(["✗", tr.tell(problem.what), *fix]))
    if diagnosis.healthy:
        console.write(f"✓ {tr('nothing is missing')}")
    for backend in diagnosis.backends:
        console.write(_backend(backend))


def _backend(backend: Availability) -> str:
    tr = words()
    reasons = [tr.tell(told) for told in (backend.reason, backend.fix) if told is not None]
    return " ".join(["✓" if backend.available else "–", str(tr.tell(backend.title)), *reasons])
