"""A table that shares what is the same with those before it behaves as a dictionary that is copied."""

from __future__ import annotations

import random

import pytest

from graphscope.engine import table
from graphscope.engine.table import Names, Table


def numbered(count: int) -> Names:
    return Names(f"n{place}" for place in range(count))


@pytest.mark.parametrize("count", [0, 1, 2, 16, 17, 256, 257, 5000])
def test_a_table_holds_what_a_dictionary_would_after_the_same_changes(count: int) -> None:
    source, names = random.Random(count), numbered(count)
    made: Table[object] = Table(names)
    model: dict[str, object] = {}
    for _ in range(30):
        before, was = made, dict(model)
        chosen = source.sample(names.names, min(count, source.choice([0, 1, 3, 40, count])))
        changes = {name: source.choice([None, object()]) for name in chosen}
        made = made.but(changes)
        model = {name: entry for name, entry in (model | changes).items() if entry is not None}
        assert dict(made) == model
        assert len(made) == len(model)
        assert dict(before) == was
        assert made.since(before) == {
            name: model.get(name) for name in names.names if model.get(name) is not was.get(name)
        }
        assert made.since(was) == made.since(before)


def test_entries_come_in_the_order_of_the_names() -> None:
    made = Table[int](numbered(300)).but({"n299": 1, "n3": 2, "n17": 3})
    assert list(made) == ["n3", "n17", "n299"]


def test_a_name_without_an_entry_and_one_that_nobody_knows_are_not_there() -> None:
    made = Table[int](numbered(20)).but({"n3": 1})
    for name in ("n4", "nobody"):
        assert name not in made
        assert made.get(name) is None
        with pytest.raises(KeyError, match=name):
            made[name]


def test_a_change_copies_no_more_than_one_branch_at_each_height() -> None:
    names = numbered(100_000)
    full = Table[int](names).but(dict.fromkeys(names.names, 1))
    changed = full.but({"n54321": 2})

    def branches(node: object) -> dict[int, object]:
        found = {id(node): node}
        for child in node if isinstance(node, tuple) else ():
            found |= branches(child)
        return found

    new = branches(changed.root).keys() - branches(full.root).keys()
    assert len(new) <= names.height // table.BITS + 2
