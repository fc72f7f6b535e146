"""``graphscope doctor``: says what this computer has and lacks, with the line that installs it."""

from __future__ import annotations

import argparse

from graphscope.app import cli, doctor
from graphscope.app.cli.common import add_json
from graphscope.app.language import words
from graphscope.backends.probe import Availability

HELP = "show what this computer has and lacks"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Only ``--json``."""
    add_json(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print the diagnosis; 1 if anything but the window alone is in the way."""
    diagnosis = doctor.diagnose()
    if arguments.json:
        cli.write_json(doctor.plain(diagnosis))
    else:
        _print(diagnosis)
    return 1 if any(not problem.only_window for problem in diagnosis.problems) else 0


def _print(diagnosis: doctor.Diagnosis) -> None:
    tr = words()
    print(f"{diagnosis.system} · Python {diagnosis.python}")
    print(" · ".join(f"{item.name} {item.version or '–'}" for item in diagnosis.versions))
    for problem in diagnosis.problems:
        print("✗", tr.tell(problem.what), *([tr.tell(problem.fix)] if problem.fix else []))
    if diagnosis.healthy:
        print("✓", tr("nothing is missing"))
    for backend in diagnosis.backends:
        print(_backend(backend))


def _backend(backend: Availability) -> str:
    tr = words()
    reasons = [tr.tell(told) for told in (backend.reason, backend.fix) if told is not None]
    return " ".join(["✓" if backend.available else "–", str(tr.tell(backend.title)), *reasons])
