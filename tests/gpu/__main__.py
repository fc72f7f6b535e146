"""Checks GraphScope on a GPU: python -m tests.gpu (or python dev.py gpu-check, which installs CuPy first)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from graphscope.backends.base import backend_file
from graphscope.errors import GraphScopeError
from tests.fakes import FAKE
from tests.gpu import installing, report
from tests.gpu.check import Thoroughness, check, rehearsal

STAND_IN = "fake"


def main(arguments: list[str]) -> int:
    """0 where all is as it should be, 1 where something is not or there is no GPU, 2 for a wrong line."""
    parser = argparse.ArgumentParser(prog="gpu-check", description=__doc__)
    parser.add_argument(
        "--backend", default="cupy", help="cupy[:N]; to rehearse without a GPU: fake, torch:cpu or numpy"
    )
    parser.add_argument("--out", type=Path, default=Path("gpu-report"), help="folder (default gpu-report)")
    parser.add_argument("--iterations", type=int, default=20, help="of each sample (default 20)")
    parser.add_argument("--seconds", type=float, default=0.4, help="for the times of one op (default 0.4)")
    parser.add_argument("--install", action="store_true", help="install CuPy first, where it is missing")
    options = parser.parse_args(arguments)
    name = FAKE if options.backend == STAND_IN else options.backend
    reason = (installing.install(tell) if options.install and name.startswith("cupy") else "") or missing(
        name
    )
    if reason:
        tell(reason, error=True)
        return 1
    thorough = Thoroughness(max(options.iterations, 1), options.seconds)
    found = check(name, thorough, lambda what: tell(f"… {what}"))
    for path in report.write(found, options.out):
        tell(f"written: {path}")
    for failure in found.failures:
        tell(failure, error=True)
    note = f" (a rehearsal on {rehearsal(name)})" if rehearsal(name) else ""
    tell(f"{len(found.failures)} things to look into{note}.")
    return 1 if found.failures else 0


def missing(name: str) -> str:
    """Why the backend cannot be checked, in one sentence; "" where it can."""
    if name == FAKE:
        return ""
    try:
        file = backend_file(name.partition(":")[0])
        reason = file.problem()
        if reason is None:
            file.create(name.partition(":")[2])
    except GraphScopeError as error:
        return str(error)
    return "" if reason is None else f"{reason} {file.fix() or ''}".strip()


def tell(text: str, *, error: bool = False) -> None:
    """Say a line."""
    (sys.stderr if error else sys.stdout).write(f"gpu-check: {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
