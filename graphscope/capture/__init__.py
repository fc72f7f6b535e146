"""Captures a step of another framework, where that runs: called, as a model here or as a file of plain data."""

from __future__ import annotations

from graphscope.model.face import make_callable

make_callable(__name__, "graphscope.capture.capturing:capture")
