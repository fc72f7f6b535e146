"""Scopes: the path of module names in which a value or node was made, and the groups they form."""

from __future__ import annotations

from collections.abc import Iterable

Scope = tuple[str, ...]
"""A path of module names, outermost first; () is the model itself."""


def ancestors(scope: Scope) -> tuple[Scope, ...]:
    """The scopes around and including ``scope``, outermost first, without the model itself."""
    return tuple(scope[:depth] for depth in range(1, len(scope) + 1))


def groups(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """Every group that holds something, parents before children, in order of first appearance."""
    seen: dict[Scope, None] = {}
    for scope in scopes:
        for group in ancestors(scope):
            seen.setdefault(group)
    return tuple(seen)


def inside(scope: Scope, group: Scope) -> bool:
    """Whether ``scope`` is ``group`` or lies in it."""
    return scope[: len(group)] == group


def path(scope: Scope) -> Scope:
    """The module names alone, without the class that may stand after a name: ``0 Linear`` is ``0``."""
    return tuple(name.split(" ", 1)[0] for name in scope)


def title(scope: Scope) -> str:
    """A scope as people write it: ``encoder/layer 1``."""
    return "/".join(scope)
