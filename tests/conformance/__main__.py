"""Runs ONNX's operator tests: ``python -m tests.conformance [--write] [OPERATOR …]``; without words all of them."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.conformance import page
from tests.conformance.cases import Outcome, chosen, run


def main(arguments: list[str]) -> int:
    """Print each test that does not pass, and the totals; 1 where one failed."""
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("--write", action="store_true", help="run all and write docs/conformance.md")
    parser.add_argument(
        "words", nargs="*", help="operators (Gemm), or beginnings of tests' names (test_gemm)"
    )
    options = parser.parse_args(arguments)
    outcomes = [_told(run(case)) for case in chosen([] if options.write else options.words)]
    totals = Counter(outcome.result for outcome in outcomes)
    sys.stdout.write(f"{dict(totals)}\n")
    if options.write:
        page.PAGE.write_text(_page(outcomes), encoding="utf-8", newline="\n")
    return 1 if totals["failed"] else 0


def _told(outcome: Outcome) -> Outcome:
    if outcome.result != "passed":
        told = f"{outcome.result:8} {outcome.operator:24} {outcome.name}: {outcome.reason}\n"
        sys.stdout.write(told)
        sys.stdout.flush()
    return outcome


def _page(outcomes: list[Outcome]) -> str:
    import onnx

    return page.text(outcomes, onnx.__version__, onnx.defs.onnx_opset_version())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
