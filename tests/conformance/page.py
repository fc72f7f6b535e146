"""The page that says which of ONNX's operator tests pass: docs/conformance.md, and its totals as a floor."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.conformance.cases import Outcome

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
_RESULTS = ("passed", "failed", "refused")
_TYPE = re.compile(r"^(?:input \S+ is of type (\S+);|numbers of type (\S+) are) .*")
_TOTALS = re.compile(r"^\*\*(\d+) passed, (\d+) failed, (\d+) refused\*\*", re.MULTILINE)


def text(outcomes: Sequence[Outcome], version: str, opset: int) -> str:
    """The page for the outcomes of all tests."""
    totals = Counter(each.result for each in outcomes)
    by_operator: dict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        by_operator[each.operator].append(each)
    told = ", ".join(f"{totals[result]} {result}" for result in _RESULTS)
    return "\n".join(
        [
            "# ONNX conformance",
            "",
            "Written by `python dev.py conformance`; not by hand. A test holds these numbers as a floor.",
            "",
            (
                f"The {len(outcomes)} operator tests of onnx {version} (opset {opset}), each opened, stepped "
                "and compared within the test's own tolerances; where numbers are drawn, by type and shape alone:"
            ),
            "",
            f"**{told}**",
            "",
            (
                "*Refused* means that GraphScope says in a sentence what it does not compute, and computes nothing "
                "else in its place. *Failed* would be a wrong number or a kernel that broke."
            ),
            "",
            "| operator | passed | failed | refused | why refused |",
            "|---|---:|---:|---:|---|",
            *(_row(name, each) for name, each in sorted(by_operator.items())),
            "",
        ]
    )


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    counts = Counter(each.result for each in outcomes)
    reasons = Counter(_short(each.reason, name) for each in outcomes if each.result != "passed")
    told = "; ".join(
        f"{_escaped(reason)}{f' ({count}×)' if count > 1 else ''}"
        for reason, count in sorted(reasons.items())
    )
    numbers = " | ".join(str(counts[result] or "") for result in _RESULTS)
    return f"| {name} | {numbers} | {told} |"


def _short(reason: str, operator: str) -> str:
    """Without what the row says already, and without names that only the test's author knows."""
    return _TYPE.sub(lambda found: f"numbers of type {found[1] or found[2]}", reason).removeprefix(
        f"{operator}: "
    )


def _escaped(reason: str) -> str:
    return " ".join(reason.split()).replace("|", "\\|").replace("<", "&lt;")


def floor(page: str) -> Counter[str]:
    """The totals that a page tells."""
    found = _TOTALS.search(page)
    if found is None:
        raise ValueError("the page of conformance has no line of totals; write it: python dev.py conformance")
    return Counter(dict(zip(_RESULTS, map(int, found.groups()), strict=True)))
