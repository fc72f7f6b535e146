"""The tests of a session hold a session in another process as well."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUITE = ("inside", "misuse", "problems", "time_travel", "travel", "what_if")


def test_what_holds_of_a_session_holds_of_one_in_another_process() -> None:
    files = [f"tests/debug/test_{name}.py" for name in SUITE]
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
    environment = {**os.environ, "GRAPHSCOPE_TEST_SESSIONS": "process"}
    result = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-4000:]
    passed = re.search(r"(\d+) passed", result.stdout)
    assert passed is not None
    assert int(passed[1]) > 60, result.stdout[-4000:]
