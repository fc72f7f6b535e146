"""One module for each kind of thing that is asked: its requests, its answers, and ``TASKS``, which does them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from graphscope.service.requests import Answer, Request

if TYPE_CHECKING:
    from graphscope.service.worker import Worker

Task = Callable[["Worker", Any], Iterator[Answer]]


@cache
def tasks() -> Mapping[type[Request], Task]:
    """What is done on each request, from every module in this folder."""
    found: dict[type[Request], Task] = {}
    for module in sorted(iter_modules(__path__), key=lambda each: each.name):
        found.update(import_module(f"{__name__}.{module.name}").TASKS)
    return found
