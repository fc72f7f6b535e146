"""Two packages are functions too: ``graphscope.debug(…)`` and ``graphscope.capture(…)``."""

from __future__ import annotations

import importlib
import inspect

import pytest

import graphscope


@pytest.mark.parametrize("name", ["debug", "capture"])
def test_the_package_is_callable_before_and_after_its_modules_are_loaded(name):
    package = importlib.import_module(f"graphscope.{name}")
    assert getattr(graphscope, name) is package
    assert callable(package)
    assert list(inspect.signature(package).parameters)[:4] == ["model", "x", "y", "loss"]


def test_a_call_reaches_the_function():
    with pytest.raises(graphscope.GraphScopeError, match="no model of"):
        graphscope.capture(3, 4)
