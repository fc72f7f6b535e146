"""A table under fixed names that shares with earlier tables what is the same, so that a change costs little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

BITS = 4
"""A branch of the tree has 2 ** BITS children."""
WIDTH, MASK = 2**BITS, 2**BITS - 1
MANY = 4
"""From one name in so many on, changes are made by building the tree anew."""
_BARE: tuple[Any, ...] = (None,) * WIDTH

Entry = TypeVar("Entry")
Node = tuple[Any, ...] | None
"""Children, or at the bottom entries; None stands for a branch without any entry."""
Placed = list[tuple[int, Any]]


class Names:
    """The names that tables may have entries under, in order; shared by all of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self.place = {name: place for place, name in enumerate(self.names)}
        self.height = max(0, (len(self.names) - 1).bit_length() - 1) // BITS * BITS


class Table(Mapping[str, Entry], Generic[Entry]):
    """A mapping that never changes; what follows it shares all branches of the tree but those that changed.

    Args:
        names: under which there may be entries.
        root: the tree of entries; ``count`` how many there are.
    """

    __slots__ = ("count", "names", "root")

    def __init__(self, names: Names, root: Node = None, count: int = 0) -> None:
        self.names = names
        self.root = root
        self.count = count

    def __getitem__(self, name: str) -> Entry:
        node, place = self.root, self.names.place[name]
        for shift in range(self.names.height, -1, -BITS):
            if node is None:
                break
            node = node[place >> shift & MASK]
        if node is None:
            raise KeyError(name)
        return cast("Entry", node)

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[str]:
        names = self.names.names
        return (names[place] for place, _ in _entries(self.root, self.names.height, 0))

    def __repr__(self) -> str:
        return f"Table({dict(self)!r})"

    def but(self, changes: Mapping[str, Entry | None]) -> Table[Entry]:
        """The table with other entries under some names; None takes an entry away."""
        if len(changes) * MANY > len(self.names.names):
            return self._anew(changes)
        place = self.names.place
        placed = [(place[name], entry) for name, entry in changes.items()]
        more = sum((entry is not None) - (name in self) for name, entry in changes.items())
        root = _put(self.root, self.names.height, placed) if placed else self.root
        return Table(self.names, root, self.count + more)

    def _anew(self, changes: Mapping[str, Entry | None]) -> Table[Entry]:
        """The same where so much is changed that sharing does not pay."""
        level: list[Any] = [None] * len(self.names.names)
        for place, entry in _entries(self.root, self.names.height, 0):
            level[place] = entry
        for name, entry in changes.items():
            level[self.names.place[name]] = entry
        count = len(level) - level.count(None)
        for _ in range(0, self.names.height + 1, BITS):
            level = [_node(level[start : start + WIDTH]) for start in range(0, len(level), WIDTH)]
        return Table(self.names, level[0] if level else None, count)

    def since(self, before: Mapping[str, Entry]) -> dict[str, Entry | None]:
        """What has to be put into ``before`` to make it this table; None where an entry is gone.

        Entries count as the same where they are the same object. Of a table that this one came from, only
        what has changed is looked at.
        """
        if isinstance(before, Table) and before.names is self.names:
            names = self.names.names
            found = _differences(before.root, self.root, self.names.height, 0)
            return {names[place]: entry for place, entry in found}
        changes: dict[str, Entry | None] = {name: None for name in before if name not in self}
        changes.update((name, entry) for name, entry in self.items() if before.get(name) is not entry)
        return changes


def _put(node: Node, shift: int, placed: Placed) -> Node:
    """A branch with other entries at some places."""
    children = list(node or _BARE)
    if shift == 0:
        for place, entry in placed:
            children[place & MASK] = entry
    else:
        parts: dict[int, Placed] = {}
        for each in placed:
            parts.setdefault(each[0] >> shift & MASK, []).append(each)
        for child, part in parts.items():
            children[child] = _put(children[child], shift - BITS, part)
    return _node(children)


def _node(children: list[Any]) -> Node:
    """A branch of these children, and of none where there are too few."""
    if children.count(None) == len(children):
        return None
    return (*children, *_BARE[len(children) :])


def _entries(node: Node, shift: int, start: int) -> Iterator[tuple[int, Any]]:
    """All entries of a branch with their places; ``start`` is the first place that it could hold."""
    for number, child in enumerate(node or ()):
        if child is None:
            continue
        if shift == 0:
            yield start + number, child
        else:
            yield from _entries(child, shift - BITS, start + (number << shift))


def _differences(one: Node, other: Node, shift: int, start: int) -> Iterator[tuple[int, Any]]:
    """The places where two branches differ, with what the other holds there."""
    for number, (left, right) in enumerate(zip(one or _BARE, other or _BARE, strict=True)):
        if left is right:
            continue
        if shift == 0:
            yield start + number, right
        else:
            yield from _differences(left, right, shift - BITS, start + (number << shift))
