"""The program as people start it, on a real X server: a whole iteration forth and back, and out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageGrab, features

from graphscope.app.settings import Settings

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed"),
    pytest.mark.skipif(not features.check("xcb"), reason="this Pillow cannot look at an X server"),
]

GRAPH = (0, 140, 1090, 735)
"""A part of the screen where the window has nothing but the graph."""
STEPS = 19
"""The steps of one iteration of XOR."""
PATIENCE = 60


def xdotool(*words: object) -> str:
    return subprocess.run(
        ["xdotool", *map(str, words)], check=True, capture_output=True, text=True, timeout=PATIENCE
    ).stdout.strip()


def graph() -> Image.Image:
    return ImageGrab.grab(GRAPH, xdisplay=os.environ["DISPLAY"])


def next_picture(before: Image.Image | None) -> Image.Image:
    """The graph once it has changed and come to rest."""
    until, last = time.monotonic() + PATIENCE, graph()
    while time.monotonic() < until:
        time.sleep(0.1)
        now = graph()
        if now == last and now != before:
            return now
        last = now
    pytest.fail("the graph did not change, or never came to rest")


@pytest.fixture
def program(settings_folder: Path) -> Iterator[subprocess.Popen[str]]:
    """XOR in a window that holds the graph still, so that equal numbers make equal pictures."""
    settings = Settings(settings_folder)
    for key, answer in {"motion": "reduced", "language": "en", "theme": "light", "follow": False}.items():
        settings[key] = answer
    line = [sys.executable, "-m", "graphscope", "xor"]
    started = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        (window, *_) = xdotool("search", "--sync", "--onlyvisible", "--name", "^xor – GraphScope$").split()
        xdotool("windowmove", window, 0, 0, "windowsize", window, 1440, 900, "windowfocus", window)
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate()


def test_an_iteration_is_stepped_forth_and_back_and_the_program_ends_without_a_word(program) -> None:
    at_first = next_picture(None)
    xdotool("key", "f")  # fit: all of it is in sight
    seen = [next_picture(at_first)]
    for _ in range(STEPS):
        xdotool("key", "Right")
        seen.append(next_picture(seen[-1]))
    assert all(before != after for before, after in pairwise(seen))
    for place in reversed(range(1, STEPS)):  # at the very start the first key is told, over the graph
        xdotool("key", "Left")
        assert next_picture(seen[place + 1]) == seen[place], f"going back, step {place} looks otherwise"
    xdotool("key", "ctrl+q")
    told, complained = program.communicate(timeout=PATIENCE)
    assert (program.returncode, told, complained) == (0, "", "")
