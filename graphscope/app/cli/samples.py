"""``graphscope samples``: lists the sample models."""

from __future__ import annotations

import argparse

from graphscope.app import cli, samples
from graphscope.app.cli.common import add_json
from graphscope.app.language import system_language, words

HELP = "list the sample models"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Only ``--json``."""
    add_json(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print them, in teaching order."""
    language, tr = system_language(), words()
    if arguments.json:
        cli.write_json(
            [
                {
                    "name": s.name,
                    "title": s.title["en"],
                    "level": s.level,
                    "minutes": s.minutes,
                    "teaches": s.teaches["en"],
                }
                for s in samples.samples()
            ]
        )
        return 0
    for sample in samples.samples():
        minutes = tr("{n} min", n=sample.minutes)
        print(f"{sample.name:<18} {minutes:>7}  {sample.teaches[language]}")
    return 0
