"""Asking about a run: the session, its problems, and what happens inside a step. Called, it opens a window."""

from __future__ import annotations

from graphscope.model.face import make_callable

make_callable(__name__, "graphscope.debug.showing:debug")
