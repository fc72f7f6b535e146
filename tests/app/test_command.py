"""The table of commands and the page that is made from it."""

from __future__ import annotations

from pathlib import Path

from graphscope.app.command import command, commands, document, readable

KEYS = Path(__file__).resolve().parents[2] / "docs" / "keys.md"


def test_the_page_of_keys_is_up_to_date() -> None:
    assert KEYS.read_text(encoding="utf-8") == document()


def test_keys_are_written_as_people_read_them() -> None:
    assert readable("Ctrl+Right") == "Ctrl+→"
    assert readable("Ctrl++") == "Ctrl++"
    assert readable(".") == "."
    assert command("step").shown_keys == ("→", ".", "F10")


def test_ids_and_titles_are_told_apart() -> None:
    identities = [each.id for each in commands()]
    assert len(set(identities)) == len(identities)
    titles = [(each.menu, each.submenu, each.title) for each in commands()]
    assert len(set(titles)) == len(titles)
