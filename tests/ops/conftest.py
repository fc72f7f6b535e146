"""Every test here that asks for ``case`` runs for each row of the table, or those `only` picks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from tests.ops.cases import CASES, Case

Test = TypeVar("Test", bound=Callable[..., None])


def only(applies: Callable[[Case], bool]) -> Callable[[Test], Test]:
    """Run the test for the rows that it applies to."""

    def mark(test: Test) -> Test:
        test.applies = applies  # type: ignore[attr-defined]
        return test

    return mark


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        applies = getattr(metafunc.function, "applies", lambda case: True)
        metafunc.parametrize("case", [case for case in CASES if applies(case)], ids=lambda case: case.id)
