"""The errors that GraphScope raises on purpose, each one readable sentence in a language chosen later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, init=False)
class Sentence:
    """A sentence as an English template and the facts that fill it, so that it can be told in any language.

    The template is the key of the translation catalogues; ``{name}`` marks a field. ``str()`` gives English.
    """

    template: str
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __init__(self, template: str, /, **fields: Any) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "fields", MappingProxyType(fields))

    def __str__(self) -> str:
        return self.template.format_map(self.fields)

    def __hash__(self) -> int:
        return hash((self.template, str(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        return _sentence, (self.template, dict(self.fields))


def _sentence(template: str, fields: dict[str, Any]) -> Sentence:
    return Sentence(template, **fields)


class GraphScopeError(Exception):
    """Base of every error raised on purpose: what was expected, what came, what to do.

    ``where`` is the place in the user's program that it is about, or "".
    """

    def __init__(self, template: str, /, **fields: Any) -> None:
        self.sentence = Sentence(template, **fields)
        self.where = ""
        super().__init__(str(self.sentence))

    def at(self, where: str) -> GraphScopeError:
        """The same error, ending with a place in the user's program."""
        return _error(type(self), self.sentence.template, dict(self.sentence.fields), where)

    def __reduce__(self) -> tuple[Any, ...]:
        return _error, (type(self), self.sentence.template, dict(self.sentence.fields), self.where)


def _error(kind: type[GraphScopeError], template: str, fields: dict[str, Any], where: str) -> GraphScopeError:
    error = kind(template, **fields)
    if where:
        error.where = where
        error.args = (f"{error.sentence} — {where}",)
    return error


class ShapeError(GraphScopeError):
    """Shapes or dtypes that an operation cannot combine."""


class GraphError(GraphScopeError):
    """A graph that is not well formed: a name used twice, a value nobody makes, a cycle."""


class ModelError(GraphScopeError):
    """A model that cannot be opened: unknown, unreadable, in a format that is not supported."""


class TrustError(ModelError):
    """A model file that is a program and was not trusted to run."""


class InputError(GraphScopeError):
    """Data, a name or a number handed in by the user that does not fit the model."""


class ExpressionError(InputError):
    """An expression that cannot be understood or evaluated; its field ``column`` says where, from 1."""


class BackendError(GraphScopeError):
    """A backend or device that is not there or cannot do what was asked."""


class KernelError(GraphScopeError):
    """An operation that raised while it ran."""


class UsageError(GraphScopeError):
    """A command line that cannot be understood."""
