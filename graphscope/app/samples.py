"""The sample models that come with GraphScope, and their lessons."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.app.places import sample_models

if TYPE_CHECKING:
    from graphscope.model.model import Model


LONGEST = 100
"""No sample's name is longer; systems refuse to look for names of some hundred signs."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample model.

    Args:
        name: its folder's name, by which it is opened.
        level: "learn" or "practice".
        minutes: how long its lesson takes.
        title, teaches: by language code.
    """

    name: str
    folder: Path
    order: int
    level: str
    minutes: int
    title: Mapping[str, str]
    teaches: Mapping[str, str]

    def lesson(self, language: str = "en") -> str:
        """The lesson as Markdown."""
        name = "README.md" if language == "en" else f"README.{language}.md"
        return (self.folder / name).read_text(encoding="utf-8")

    def model(self) -> Model:
        """The model, built anew. Samples are part of the program, so they need no trust."""
        from graphscope.importers import python_model

        return python_model.read(self.folder)


def samples() -> tuple[Sample, ...]:
    """All samples, in teaching order."""
    found = (_sample(path) for path in sample_models().glob("*/sample.toml"))
    return tuple(sorted(found, key=lambda sample: (sample.order, sample.name)))


def find(name: str) -> Sample | None:
    """The sample of that name, or None."""
    facts = sample_models() / name / "sample.toml"
    return _sample(facts) if name.isidentifier() and len(name) < LONGEST and facts.is_file() else None


def _sample(path: Path) -> Sample:
    facts: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Sample(
        path.parent.name,
        path.parent,
        facts["order"],
        facts["level"],
        facts["minutes"],
        facts["title"],
        facts["teaches"],
    )
