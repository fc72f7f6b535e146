"""``graphscope samples``: lists the sample models."""

from __future__ import annotations

import argparse

from graphscope.app.cli import console
from graphscope.app.cli.common import add_json, padded
from graphscope.app.language import words

HELP = "list the sample models"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Only ``--json``."""
    add_json(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print them, in teaching order."""
    from graphscope.app import samples

    tr = words()
    if arguments.json:
        console.write_json(
            [
                {
                    "name": s.name,
                    "title": s.title["en"],
                    "level": s.level,
                    "minutes": s.minutes,
                    "teaches": s.teaches["en"],
                }
                for s in samples.samples()
            ],
            arguments.document,
        )
        return 0
    for sample in samples.samples():
        minutes = padded(tr("{n} min", n=sample.minutes), 7, right=True)
        console.write(f"{sample.name:<18} {minutes}  {sample.teaches[tr.language]}")
    return 0
