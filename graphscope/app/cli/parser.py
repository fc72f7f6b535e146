"""Reads a command line, and explains itself and what is wrong with the line in the user's language."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from graphscope.app.language import words
from graphscope.errors import Sentence, UsageError

COMPLAINTS: tuple[tuple[str, Sentence], ...] = (
    (
        r"the following arguments are required: (?P<names>.+)",
        Sentence("{names} is missing; {see} explains what is needed"),
    ),
    (
        r"unrecognized arguments: (?P<names>.+)",
        Sentence("“{names}” is not understood; {see} lists what there is"),
    ),
    (
        r"argument (?P<names>.+?): expected one argument",
        Sentence("{names} needs something after it; see {see}"),
    ),
    (
        r"argument (?P<names>.+?): not allowed with argument (?P<other>.+)",
        Sentence("{names} and {other} exclude each other; leave one out"),
    ),
    (
        r"argument (?P<names>.+?): invalid choice: '(?P<given>.*)' \(choose from (?P<known>.+)\)",
        Sentence("{names} is one of {known}, not “{given}”"),
    ),
    (
        r"ambiguous option: (?P<names>\S+) could match (?P<known>.+)",
        Sentence("{names} could mean {known}; write it out"),
    ),
    (r"argument (?P<names>.+?): (?P<reason>.+)", Sentence("{names}: {reason}")),
)
"""What argparse complains of, and how we say it."""


class Parser(argparse.ArgumentParser):
    """A parser whose help and complaints speak the user's language."""

    def __init__(self, **options: Any) -> None:
        tr = words()
        options.setdefault("formatter_class", _Formatter)
        super().__init__(add_help=False, **options)
        self.add_argument("-h", "--help", action="help", help=tr("show this help"))

    def add_argument_group(self, *arguments: Any, **options: Any) -> Any:
        """A group of arguments; argparse's own two are titled in the user's language."""
        tr = words()
        titles = {"positional arguments": tr("arguments"), "options": tr("options")}
        titled = tuple(titles.get(each, each) for each in arguments)
        return super().add_argument_group(*titled, **options)

    def error(self, message: str) -> NoReturn:
        """Refuse the line.

        Raises:
            UsageError: always.
        """
        see = f"{self.prog} --help"
        for pattern, sentence in COMPLAINTS:
            if match := re.fullmatch(pattern, message, re.DOTALL):
                raise UsageError(sentence.template, **{**match.groupdict(), "see": see})
        raise UsageError("{reason}; see {see}", reason=message, see=see)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, words()("usage: ") if prefix is None else prefix)


def whole_number(text: str) -> int:
    """A whole number, for argparse."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            words()("a whole number is needed, not “{given}”", given=text)
        ) from None


def count(text: str) -> int:
    """A whole number that is not negative, for argparse."""
    number = whole_number(text)
    if number < 0:
        raise argparse.ArgumentTypeError(words()("0 or more is needed, not {given}", given=text))
    return number
