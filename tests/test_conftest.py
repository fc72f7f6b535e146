"""The checks that every test ends with do find what they are there for."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

HEAD = "import os, subprocess, sys, threading, time\n"


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project of its own with our conftest, whose patience is short."""
    text = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
    pytester.makeconftest(text.replace("PATIENCE = 5.0", "PATIENCE = 0.2"))
    pytester.makeini("[pytest]\nmarkers =\n    xvfb: real X server\n")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return pytester


def run(inner: pytest.Pytester, body: str) -> str:
    inner.makepyfile(HEAD + body)
    without = [
        word for plugin in ("cacheprovider", "hypothesispytest", "xdist") for word in ("-p", f"no:{plugin}")
    ]
    return inner.runpytest_subprocess(*without).stdout.str()


def test_a_thread_left_behind_is_found(inner: pytest.Pytester) -> None:
    body = "def test_it():\n    threading.Thread(target=time.sleep, args=(2,), name='late').start()\n"
    assert "left behind: the thread late" in run(inner, body)


def test_a_process_left_behind_is_found(inner: pytest.Pytester) -> None:
    body = (
        "kept = []\n"
        "def test_it():\n"
        "    kept.append(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3)']))\n"
        "def test_end():\n"
        "    kept[0].kill()\n"
        "    kept[0].wait()\n"
    )
    assert "left behind: the process" in run(inner, body)


def test_a_timer_left_behind_is_found(inner: pytest.Pytester) -> None:
    body = (
        "kept = []\n"
        "def test_it(qapp):\n"
        "    from PySide6.QtCore import QTimer\n"
        "    kept.append(QTimer())\n"
        "    kept[0].start(1234)\n"
    )
    assert "left behind: a timer of 1234 ms" in run(inner, body)


def test_a_window_is_closed_and_deleted_before_the_next_test(inner: pytest.Pytester) -> None:
    body = (
        "kept = []\n"
        "def test_it(qapp):\n"
        "    from PySide6.QtWidgets import QWidget\n"
        "    kept.append(QWidget())\n"
        "    kept[0].show()\n"
        "def test_next(qapp):\n"
        "    from shiboken6 import isValid\n"
        "    assert not isValid(kept[0])\n"
    )
    assert "2 passed" in run(inner, body)


def test_no_test_sees_the_settings_of_the_one_before(inner: pytest.Pytester) -> None:
    body = (
        "from pathlib import Path\n"
        "def folder():\n"
        "    return Path(os.environ['GRAPHSCOPE_SETTINGS'])\n"
        "def test_it():\n"
        "    (folder() / 'settings.json').touch()\n"
        "def test_next():\n"
        "    assert list(folder().iterdir()) == []\n"
    )
    assert "2 passed" in run(inner, body)


def test_a_test_for_a_real_screen_is_skipped_with_the_reason_where_there_is_none(
    inner: pytest.Pytester,
) -> None:
    body = "import pytest\n@pytest.mark.xvfb\ndef test_it():\n    raise AssertionError\n"
    inner.makeini("[pytest]\naddopts = -rs\nmarkers =\n    xvfb: real X server\n")
    assert "needs a real X server" in run(inner, body)
