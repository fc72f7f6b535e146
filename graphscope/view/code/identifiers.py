"""What values are called in code: their own names where those can be, else readable ones made from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from keyword import iskeyword

from graphscope.graph.graph import Node
from graphscope.model.builder import identifier


def usual(node: Node) -> bool:
    """Whether a node has the name that it gets where nobody gives it one: ``hidden.add_2``."""
    made = "".join(f"{name}." for name in node.scope) + identifier(node.op.name)
    rest = node.name.removeprefix(made)
    return node.name.startswith(made) and (not rest or (rest[0] == "_" and rest[1:].isdecimal()))


def identifiers(names: Iterable[str], wanted: Mapping[str, str]) -> dict[str, str]:
    """A different identifier for each name, its own where it is one.

    Args:
        wanted: better names for some.
    """
    listed = list(names)
    found = {name: name for name in listed if name not in wanted and _fits(name)}
    taken = set(found)
    numbered: dict[
        str, Iterator[str]
    ] = {}  # so that a thousand names that are spelled alike are no long search
    for name in listed:
        if name not in found:
            made = spelled(wanted.get(name, name))
            found[name] = next(
                each for each in numbered.setdefault(made, _numbered(made)) if each not in taken
            )
            taken.add(found[name])
    return found


def spelled(name: str) -> str:
    """A name with everything that an identifier cannot have left out: ``conv 1`` → ``conv_1``."""
    made = re.sub(r"\W+", "_", name).strip("_") or "value"
    made = made if made[0].isidentifier() else f"v{made}"
    return made if _fits(made) else f"{made}_"


def _fits(name: str) -> bool:
    return name.isidentifier() and not iskeyword(name)


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))
