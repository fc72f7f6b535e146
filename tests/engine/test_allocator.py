"""Keeping freed memory is an option that never fails, whatever the system."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import pytest

from graphscope.engine import allocator


def test_with_glibc_two_thresholds_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[int, int]] = []

    class Library:
        def __init__(self, name: Any) -> None:
            self.mallopt = lambda parameter, value: calls.append((parameter, value)) or 1

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", Library)
    assert allocator.keep_freed_memory()
    m_trim_threshold, m_mmap_threshold = -1, -3
    assert calls == [(m_mmap_threshold, 32 * 2**20), (m_trim_threshold, 2**30)]


def test_elsewhere_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not allocator.keep_freed_memory()


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    assert not allocator.keep_freed_memory()
