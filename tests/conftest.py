"""Gives every test a computer of its own: no screen, no settings of the user, nothing left behind."""

from __future__ import annotations

import gc
import multiprocessing
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest

# Before any test imports Qt or NumPy. The X server of `dev.py test` sets QT_QPA_PLATFORM=xcb itself.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
PINNED = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "QT_SCALE_FACTOR": "1", "NO_COLOR": "1"}
os.environ.update(PINNED)

PATIENCE = 5.0  # seconds that a thread or process may take to end after its test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave tests for a real X server to a run that has one."""
    if os.environ["QT_QPA_PLATFORM"] == "xcb" and os.environ.get("DISPLAY"):
        return
    skip = pytest.mark.skip(
        reason="needs a real X server: run it with `python dev.py test` where Xvfb is installed"
    )
    for item in items:
        if item.get_closest_marker("xvfb"):
            item.add_marker(skip)


def pytest_collection_finish() -> None:
    """What is there before the first test stays: let no later search for garbage, or for timers, look at it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def settings_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """New settings folders, by number: pytest's own would look through all that there are, at every test."""
    return map(tmp_path_factory.mktemp("settings").joinpath, map(str, count()))


@pytest.fixture(autouse=True)
def settings_folder(settings_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty settings folder for each test, so that no test reads or writes the user's."""
    folder = next(settings_folders)
    folder.mkdir()
    monkeypatch.setenv("GRAPHSCOPE_SETTINGS", str(folder))
    return folder


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest, settings_folder: Path) -> Iterator[None]:
    """Fail a test that leaves a thread, a process, a running timer or a window."""
    threads = set(threading.enumerate())
    children = running_children()
    yield
    close_windows()
    left = [*leftover_threads(threads), *leftover_processes(children)]
    # Timers are looked for among all objects, which takes too long for the thousands of tests without Qt.
    if {"qapp", "qtbot"} & set(request.fixturenames):
        left += running_timers()
    if left:
        pytest.fail(f"the test left behind: {', '.join(left)}")


def leftover_threads(before: set[threading.Thread]) -> list[str]:
    """The names of the threads that did not end with the test."""

    def alive() -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]

    wait_until(lambda: not alive())
    return [f"the thread {thread.name}" for thread in alive()]


class Started:
    """Remembers what Python's subprocess module starts: cheaper than searching all objects afterwards."""

    def __init__(self) -> None:
        self.processes: weakref.WeakSet[subprocess.Popen[Any]] = weakref.WeakSet()
        self.original = subprocess.Popen.__init__

    def watch(self) -> None:
        """From now on, remember each process."""

        def start(process: subprocess.Popen[Any], *arguments: Any, **options: Any) -> None:
            self.original(process, *arguments, **options)
            self.processes.add(process)

        subprocess.Popen.__init__ = start  # pyright: ignore[reportAttributeAccessIssue]


started = Started()
started.watch()


def running_children() -> set[int]:
    """The process ids of what was started by subprocess or multiprocessing and still runs."""
    ours = {process.pid for process in list(started.processes) if process.poll() is None}
    return ours | {process.pid for process in multiprocessing.active_children() if process.pid is not None}


def leftover_processes(before: set[int]) -> list[str]:
    """The processes started by the test that still run."""
    wait_until(lambda: not running_children() - before)
    return [f"the process {identifier}" for identifier in running_children() - before]


def wait_until(done: Callable[[], bool]) -> None:
    """Give what is just ending the time to end."""
    until = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < until:
        time.sleep(0.01)


def qt_application() -> Any:
    """The application of this test process, or None where no test has made one."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    return None if widgets is None else widgets.QApplication.instance()


def close_windows() -> None:
    """Close and delete every window that is still there: processEvents alone does not run deleteLater."""
    application = qt_application()
    if application is None:
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    for widget in application.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def running_timers() -> list[str]:
    """The timers of Python's side of Qt that still tick although their window is gone."""
    if qt_application() is None:
        return []
    from PySide6.QtCore import QTimer
    from shiboken6 import isValid

    # Not isinstance: it asks lazy proxies, such as PyTorch's deprecated names, for their class; they warn.
    timers = (cast("QTimer", thing) for thing in gc.get_objects() if issubclass(type(thing), QTimer))
    return [f"a timer of {timer.interval()} ms" for timer in timers if isValid(timer) and timer.isActive()]
