"""A window for a captured run: in a process of its own, or a sentence that says why none can open."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import graphscope
from graphscope.debug import showing

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_display_it_is_refused_before_anything_is_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("Windows and macOS always have a display")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    gs: Any = graphscope
    with pytest.raises(graphscope.GraphScopeError, match=r"no window can open here: .*display.*save="):
        gs.debug("not even a model", 1)


def test_the_window_has_a_process_of_its_own_and_opens_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        showing, "WINDOW", "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text('seen')"
    )
    shown = showing.show(tmp_path / "run.gscope")
    shown.wait()
    assert shown.process.pid != os.getpid()
    assert (tmp_path / "run.gscope").read_text() == "seen"
    assert repr(shown) == f"<window of {tmp_path / 'run.gscope'}>"


def test_it_can_be_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "WINDOW", "import time; time.sleep(600)")
    shown = showing.show(tmp_path / "run.gscope")
    shown.close()
    assert shown.process.returncode


def test_what_is_started_is_the_program() -> None:
    line = [sys.executable, "-P", "-c", showing.WINDOW, "--version"]
    done = subprocess.run(line, cwd="/", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
