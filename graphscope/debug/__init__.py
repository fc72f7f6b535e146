"""Asking about a run: the session, its problems, and what happens inside a step."""
