"""Starts GraphScope: the window, or a command of the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from graphscope.errors import Sentence


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for; the exit status is 0, 1 (a problem, told on stderr) or 2 (usage)."""
    from graphscope.app.cli import console

    given = sys.argv[1:] if argv is None else argv
    console.prepare()
    return console.guarded(lambda: _start(given), json_too="--json" in given)


def _start(argv: Sequence[str]) -> int:
    from graphscope.app import cli

    arguments = cli.parse(argv)
    return _window(arguments) if arguments.command == "window" else cli.execute(arguments)


def _window(arguments: Namespace) -> int:
    from graphscope.app import doctor

    for rival in doctor.rival_problems(doctor.rivals()):
        _say(rival.what, rival.fix)
    # Asked before Qt loads: Qt answers a missing library by ending the process.
    obstacle = doctor.obstacle_to_window()
    if obstacle is not None:
        _say(obstacle.what, obstacle.fix)
        return 1
    from graphscope.gui import application

    return application.run(arguments)


def _say(*sentences: Sentence | None) -> None:
    from graphscope.app.language import words

    told = (words().tell(sentence) for sentence in sentences if sentence is not None)
    print(f"graphscope: {' '.join(told)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
