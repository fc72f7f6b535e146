"""What a user can set: one table of settings, kept in a file that people can read."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from configparser import ConfigParser, Error
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

Kind = Literal["choice", "flag"]
Section = Literal["Look", "Motion", "Run", "Files"]
Answer = str | bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a setting: what is stored, and what is shown."""

    stored: str
    title: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the settings dialog.

    Args:
        key: its name in the file.
        choices: the answers, for a choice.
        default: the answer of a new user.
    """

    key: str
    section: Section
    title: str
    tip: str
    default: Answer
    choices: tuple[Choice, ...] = ()

    @property
    def kind(self) -> Kind:
        """How it is asked."""
        return "choice" if self.choices else "flag"


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "theme",
        "Look",
        "Theme",
        "The colours of the window; “System” follows your desktop while GraphScope runs.",
        "system",
        (
            Choice("system", "System"),
            Choice("light", "Light"),
            Choice("dark", "Dark"),
            Choice("contrast", "High contrast"),
        ),
    ),
    Setting(
        "language",
        "Look",
        "Language",
        "The words of the window, the explanations and the lessons.",
        "system",
        (Choice("system", "System"), Choice("en", "English"), Choice("ko", "한국어")),
    ),
    Setting(
        "layout",
        "Look",
        "Layout",
        "Learn shows the graph, the explanation and the timeline; Debug shows every panel.",
        "learn",
        (Choice("learn", "Learn"), Choice("debug", "Debug")),
    ),
    Setting(
        "motion",
        "Motion",
        "Motion",
        "Reduced motion lets no token travel; what changed is outlined once.",
        "system",
        (Choice("system", "System"), Choice("full", "Full"), Choice("reduced", "Reduced")),
    ),
    Setting(
        "speed",
        "Motion",
        "Speed of play",
        "How fast “Play” goes from step to step.",
        "1",
        (
            Choice("0.25", "¼×"),
            Choice("0.5", "½×"),
            Choice("1", "1×"),
            Choice("2", "2×"),
            Choice("4", "4×"),
            Choice("8", "8×"),
            Choice("instant", "Instant"),
        ),
    ),
    Setting(
        "follow",
        "Motion",
        "Follow the step",
        "Scroll the graph so that the step that just ran is always in sight.",
        default=True,
    ),
    Setting(
        "memory",
        "Run",
        "Memory for going back",
        "Older iterations are computed again when you look at them.",
        "512 MB",
        tuple(Choice(size, size) for size in ("128 MB", "512 MB", "2 GB", "8 GB")),
    ),
    Setting(
        "reopen",
        "Files",
        "Reopen the last model",
        "Start with the model that was open last instead of the apple shop.",
        default=False,
    ),
)

BY_KEY: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}
RECENT = 8
"""How many models the menu remembers."""


class Settings:
    """The answers of one user, read when it is made and written at every change.

    A file that cannot be read counts as empty, and one that cannot be written is left alone: settings are a
    convenience, and no reason to stop.

    Args:
        folder: where the file is; by default the user's own settings folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or default_folder()) / "graphscope.ini"
        self._file = ConfigParser(interpolation=None)
        self._listeners: list[Callable[[str], None]] = []
        try:
            self._file.read(self.path, encoding="utf-8")
        except (OSError, Error, UnicodeDecodeError):
            self._file.clear()

    def __getitem__(self, key: str) -> Answer:
        setting = BY_KEY[key]
        stored = self._file.get("settings", key, fallback=None)
        if setting.kind == "flag":
            return setting.default if stored is None else stored == "yes"
        known = {choice.stored for choice in setting.choices}
        return stored if stored in known else setting.default

    def __setitem__(self, key: str, answer: Answer) -> None:
        if answer == self[key]:
            return
        stored = ("yes" if answer else "no") if isinstance(answer, bool) else answer
        self._store("settings", key, stored)
        for listener in tuple(self._listeners):
            listener(key)

    def flag(self, key: str) -> bool:
        """The answer to a yes-or-no setting."""
        return self[key] is True

    def choice(self, key: str) -> str:
        """The stored answer to a choice."""
        return str(self[key])

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Call ``listener`` with the key after each change."""
        self._listeners.append(listener)

    def recent(self) -> tuple[str, ...]:
        """The models opened last, the newest first."""
        try:
            listed: Any = json.loads(self._file.get("recent", "models", fallback="[]"))
        except ValueError:
            return ()
        return tuple(map(str, cast("list[object]", listed)))[:RECENT] if isinstance(listed, list) else ()

    def remember(self, model: str) -> None:
        """Put a model at the top of the recent ones."""
        others = (name for name in self.recent() if name != model)
        self._store("recent", "models", json.dumps([model, *others][:RECENT], ensure_ascii=False))

    def forget_recent(self) -> None:
        """Empty the list of recent models."""
        self._store("recent", "models", "[]")

    def window(self, key: str) -> str:
        """What the window stored under ``key``, or ""."""
        return self._file.get("window", key, fallback="")

    def keep_window(self, **stored: str) -> None:
        """Store how the window looks."""
        for key, told in stored.items():
            self._put("window", key, told)
        self._write()

    def _store(self, section: str, key: str, stored: str) -> None:
        self._put(section, key, stored)
        self._write()

    def _put(self, section: str, key: str, stored: str) -> None:
        if not self._file.has_section(section):
            self._file.add_section(section)
        self._file.set(section, key, stored)

    def _write(self) -> None:
        """By a new file that takes the place of the old one, so that a crash leaves one of the two."""
        beside = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8") as out:
                self._file.write(out)
            beside.replace(self.path)
        except OSError:
            return


def default_folder() -> Path:
    """Where this user's settings are: ``GRAPHSCOPE_SETTINGS``, or the place that the system provides."""
    if chosen := os.environ.get("GRAPHSCOPE_SETTINGS"):
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Preferences" / "graphscope"
    roaming = os.environ.get("APPDATA") if os.name == "nt" else os.environ.get("XDG_CONFIG_HOME")
    return Path(roaming or Path.home() / ".config") / "graphscope"
