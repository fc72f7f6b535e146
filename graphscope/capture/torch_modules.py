"""Where a call of PyTorch stands: its module's path as groups, and the line of the user's program."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from graphscope.graph.graph import Origin
from graphscope.graph.scope import Scope

MODEL, LOSS = "model", "loss"
"""What the two parts of a step are called."""
_LINE = re.compile(r'^\s*File "(.+)", line (\d+), in ', re.MULTILINE)


def scope_of(paths: Iterable[str]) -> Scope:
    """The groups of nested modules, each named by its path within the one around it: ``blocks.0``, ``attention``.

    Args:
        paths: the paths of the modules that are running, outermost first: ``model``, ``model.blocks.0``.
    """
    found: list[str] = []
    around = MODEL
    for path in paths:
        if path.startswith(f"{around}."):
            found.append(path[len(around) + 1 :])
            around = path
    return tuple(found)


def title_of(path: str) -> str:
    """What a weight of the step is called: its path in the model."""
    return path.removeprefix(f"{MODEL}.")


def scopes_of_weights(titles: Iterable[str], called: Iterable[str]) -> Mapping[str, Scope]:
    """For each weight, by its path in the model, the groups of the modules that it lies in.

    Args:
        called: the paths of the modules that ran.
    """
    ran = {*called}
    return {title: scope_of(_prefixes(f"{MODEL}.{title}", ran)) for title in titles}


def _prefixes(path: str, known: set[str]) -> list[str]:
    parts = path.split(".")
    prefixes = (".".join(parts[:count]) for count in range(1, len(parts)))
    return [prefix for prefix in prefixes if prefix in known]


def origin_of(trace: str | None) -> Origin | None:
    """The innermost line of the user's program in a stack as PyTorch writes it."""
    lines = _LINE.findall(trace or "")
    return next((Origin(file, int(line)) for file, line in reversed(lines) if is_users(file)), None)


@cache
def is_users(file: str) -> bool:
    """Whether a file is neither ours, nor PyTorch's, nor of another installed package or of Python."""
    ours = Path(__file__).resolve().parents[1]
    path = Path(file)
    if file.startswith("<") and not file.startswith("<ipython"):
        return False
    resolved = path.resolve() if path.exists() else path
    if resolved.is_relative_to(ours):
        return False
    parts = resolved.parts
    if "site-packages" in parts or "dist-packages" in parts:
        return False
    return not resolved.is_relative_to(Path(os.__file__).resolve().parent)


def here() -> Origin | None:
    """The innermost line of the user's program that is running now."""
    frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    while frame is not None and not is_users(frame.f_code.co_filename):
        frame = frame.f_back
    return None if frame is None else Origin(frame.f_code.co_filename, frame.f_lineno)
