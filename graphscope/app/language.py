"""The language of the user, asked of the environment; the window's setting overrides it there."""

from __future__ import annotations

import locale
import os
import sys
from functools import cache

from graphscope.view.text import Language, Text


def system_language() -> Language:
    """Korean where the system speaks it, else English. ``GRAPHSCOPE_LANGUAGE`` decides where it is set."""
    names = ("GRAPHSCOPE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    told = next((os.environ[name] for name in names if os.environ.get(name)), None)
    told = told or locale.getlocale()[0] or ""
    return "ko" if told.lower().startswith(("ko", "korean")) else "en"


def terminal_language() -> Language:
    """The system's language, but English where the terminal has no Hangul."""
    language = system_language()
    try:
        "한글".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return "en"
    return language


@cache
def words(language: Language | None = None) -> Text:
    """The words of a language, of the system's where none is named."""
    return Text(language or terminal_language())
