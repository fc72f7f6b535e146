"""What a user is told when a model is opened, as plain data that can be written into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphscope.errors import Sentence


@dataclass(frozen=True)
class Note:
    """A sentence about a model: what is not computed, what was made up.

    Args:
        template: the sentence in English, with fields in braces.
        fields: what fills them: texts, numbers, and other notes.
    """

    template: str
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def of(cls, sentence: Sentence) -> Note:
        """The note that says a sentence."""
        told = {
            key: cls.of(each) if isinstance(each, Sentence) else each for key, each in sentence.fields.items()
        }
        return cls(sentence.template, told)

    @property
    def sentence(self) -> Sentence:
        """The sentence, to be told in any language."""
        told = {key: each.sentence if isinstance(each, Note) else each for key, each in self.fields.items()}
        return Sentence(self.template, **told)
