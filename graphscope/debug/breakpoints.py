"""What a breakpoint is, and how it is written: ``node:m2@backward if loss > 1``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

from graphscope.debug.expression import parse
from graphscope.engine.step import PHASES, Phase
from graphscope.errors import InputError, Sentence

Where = Literal["node", "value", "group", "op", "line", "phase", "iteration", "anywhere", "nan"]
Time = Literal["before", "after"]
PLACES: tuple[Where, ...] = ("group", "phase", "iteration")
"""They are entered: a run stops before their first step even where there is a condition."""
EXAMPLES = ("node:m2", "value:W1", "group:hidden", "op:Tanh", "phase:backward", "iteration:20", "nan")
NAMED = ("node", "value", "group", "op", "line", "phase", "iteration")
"""What is written with a name."""
OFF, IF = "off ", "if "


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """Where a run stops. Its text (``str``) reads back as the same breakpoint.

    A node, a value, an op or a line stops before its step, or, with a condition, after it, when the condition can see
    what the step made. A group, a phase and an iteration stop before their first step. ``anywhere`` stops after each
    step that changes something in its condition, and ``nan`` after the first step that makes NaN or infinity.

    Args:
        name: of the node, value or op; the path of the group; the number of the iteration or line
            (``12`` or ``model.py:12``); the phase.
        phase: only steps of this phase count.
        condition: an expression that must hold, or "".
    """

    where: Where
    name: str = ""
    phase: Phase | None = None
    condition: str = ""
    enabled: bool = True

    def __str__(self) -> str:
        place = "" if self.where == "anywhere" else self.where
        place += f":{_quoted(self.name)}" if self.name else ""
        place += f"@{self.phase}" if self.phase else ""
        condition = f"{IF}{self.condition}" if self.condition else ""
        return ("" if self.enabled else OFF) + " ".join(part for part in (place, condition) if part)

    @property
    def time(self) -> Time:
        """Whether a run stops before or after the steps that it is about."""
        late = self.where in ("anywhere", "nan") or (self.condition and self.where not in PLACES)
        return "after" if late else "before"

    @property
    def place(self) -> Breakpoint:
        """The same without whether it is enabled: what tells breakpoints apart."""
        return self.switched(enabled=True)

    def switched(self, enabled: bool) -> Breakpoint:
        """The same, enabled or not."""
        return replace(self, enabled=enabled)


NAN = Breakpoint("nan")
"""First NaN or infinity: there from the start, and enabled."""


# ---- text -------------------------------------------------------------------------------------------------


def read(text: str) -> Breakpoint:
    """Read the text of a breakpoint: ``[off ]PLACE[:NAME][@PHASE][ if CONDITION]``.

    A name that could be misread stands in quotation marks, as JSON.

    Raises:
        InputError: it is none; the sentence shows what one looks like.
        ExpressionError: its condition cannot be read.
    """
    rest = text.strip()
    enabled = not rest.startswith(OFF)
    rest = rest.removeprefix(OFF).lstrip()
    match = re.match(r"(\w+)(:?)\s*", rest)
    if match is None:
        raise _unreadable(text)
    if match[1] == "if" and not match[2]:
        return Breakpoint("anywhere", condition=parse(rest[len(match[0]) :]).text, enabled=enabled)
    name, phase, condition = _parts(rest[len(match[0]) :], text)
    if match[2] and not name:
        raise _unreadable(text)
    found = _known(match[1].lower(), name, phase, text)
    if condition and found.where == "nan":
        raise InputError("“{text}”: the breakpoint on NaN takes no condition", text=text)
    return replace(found, condition=parse(condition).text if condition else "", enabled=enabled)


def _parts(rest: str, text: str) -> tuple[str, Phase | None, str]:
    """Name, phase and condition."""
    name = ""
    if rest.startswith('"'):
        try:
            name, end = json.JSONDecoder().raw_decode(rest)
        except ValueError:
            raise _unreadable(text) from None
        rest = rest[end:]
    found = _CONDITION.search(f"{rest} ")
    place = " ".join(rest[: found.start()].split() if found else rest.split())
    condition = rest[found.end() :].strip() if found else ""
    before, at, phase = place.rpartition("@")
    if not at or phase not in PHASES:
        before, phase = place, None
    if name and before:
        raise _unreadable(text)
    return name or before, phase, condition


_CONDITION = re.compile(r"(^|\s+)if\s")


def _known(kind: str, name: str, phase: Phase | None, text: str) -> Breakpoint:
    if kind == "nan" and not name and phase is None:
        return NAN
    if kind not in NAMED or not name:
        raise _unreadable(text)
    if kind == "phase" and (name not in PHASES or phase is not None):
        raise InputError("“{text}”: a phase is one of {known}", text=text, known=", ".join(PHASES))
    if kind == "iteration" and not (name.isascii() and name.isdecimal()):
        raise InputError("“{text}”: an iteration is a whole number, as in iteration:20", text=text)
    return Breakpoint(cast("Where", kind), name, phase)


def _unreadable(text: str) -> InputError:
    return InputError(
        "“{text}” is no breakpoint; write one of {examples}, and “if loss > 1” after it where you like",
        text=text,
        examples=", ".join(EXAMPLES),
    )


def _quoted(name: str) -> str:
    """A name as it is, or in quotation marks where it could be misread."""
    spaced = name != " ".join(name.split()) or _CONDITION.search(f" {name} ") is not None
    misread = spaced or name.startswith('"') or name.endswith(tuple(f"@{phase}" for phase in PHASES))
    return json.dumps(name, ensure_ascii=False) if misread else name


def told(point: Breakpoint) -> Sentence:
    """Where it is, in words."""
    where = Sentence(_WORDS[point.where], name=point.name, phase=Sentence(point.name.title()))
    if point.phase is None:
        return where
    return Sentence("{where}, only {phase}", where=where, phase=Sentence(point.phase.title()))


_WORDS: Mapping[Where, str] = {
    "node": "operation {name}",
    "value": "value {name}",
    "group": "entering the group {name}",
    "op": "every {name}",
    "line": "line {name}",
    "phase": "start of {phase}",
    "iteration": "start of iteration {name}",
    "anywhere": "anywhere",
    "nan": "first NaN or infinite number",
}
