"""Runs ONNX's operator tests: ``python -m tests.conformance Gemm MatMul``; without words all of them."""

from __future__ import annotations

import sys
from collections import Counter

from tests.conformance.cases import chosen, run


def main(words: list[str]) -> int:
    """Print each test that does not pass, and the totals."""
    totals: Counter[str] = Counter()
    for case in chosen(words):
        outcome = run(case)
        totals[outcome.result] += 1
        if outcome.result != "passed":
            told = f"{outcome.result:8} {outcome.operator:24} {outcome.name}: {outcome.reason}\n"
            sys.stdout.write(told)
    sys.stdout.write(f"{dict(totals)}\n")
    return 1 if totals["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
