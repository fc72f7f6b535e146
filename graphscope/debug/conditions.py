"""What names in an expression mean in a run: the loss, values and gradients as of a position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from graphscope.debug.expression import PLAIN, Expression, error_at, gradient_in
from graphscope.debug.functions import MANY_TRUTHS
from graphscope.engine.step import Ref
from graphscope.errors import InputError, Sentence
from graphscope.model.model import Model

if TYPE_CHECKING:
    from graphscope.debug.session import Session


class RunNames(Mapping[str, Any]):
    """The names of a run as of ``position``, each array fetched when it is asked for.

    ``iteration`` is that of the step that just ran unless it is given. What is not there yet is None.
    """

    def __init__(self, session: Session, position: int | None = None, iteration: int | None = None) -> None:
        self._session = session
        self._position = session.position if position is None else position
        self._iteration = iteration

    def __getitem__(self, key: str) -> Any:
        if key == "position":
            return self._position
        if key == "iteration":
            return self._number()
        ref = reference(self._session.model, key)
        held = None if ref is None else self._session.held(ref, self._position)
        return None if held is None else self._session.fetch(held)

    def _number(self) -> int:
        if self._iteration is not None:
            return self._iteration
        return self._session.history.locate(self._position)[0].index

    def __iter__(self) -> Iterator[str]:
        return iter((*PLAIN, *self._session.graph.values))

    def __len__(self) -> int:
        return len(PLAIN) + len(self._session.graph.values)


def reference(model: Model, key: str) -> Ref | None:
    """The array that a key of an expression names; None where the key is a number of the run, or no loss.

    Raises:
        KeyError: there is nothing of that name.
    """
    if key == "loss" and model.loss is not None:
        return Ref("value", model.loss)
    name = gradient_in(key)
    if name is not None and name in model.graph.by_name:
        return Ref("gradient", name)
    if name is None and there(model, key):
        return Ref("value", key)
    if key in PLAIN:
        return None
    raise KeyError(key)


def there(model: Model, name: str) -> bool:
    """Whether it is a value or optimizer state."""
    return name in model.graph.by_name or name in model.state_names


def check(expression: Expression, session: Session) -> None:
    """Refuse an expression that cannot be a condition of this run: it is tried on arrays of the right shapes.

    Raises:
        ExpressionError: a name that the run does not have, shapes that do not fit, or no yes or no.
    """
    sample = {key: _sample(expression, session, key) for key in expression.names}
    if np.size(expression.evaluate(sample)) != 1:
        raise error_at(expression.text, 1, MANY_TRUTHS)


def _sample(expression: Expression, session: Session, key: str) -> Any:
    try:
        ref = reference(session.model, key)
    except KeyError:
        raise _unknown(expression, session, key) from None
    if ref is None:
        if key == "loss":
            told = Sentence("this model has no loss")
            raise error_at(expression.text, expression.columns[key], told)
        return 1.0
    spec = session.specs.get(ref.name)
    if spec is None:  # optimizer state, there from the start
        return session.value(ref.name)
    shape = tuple(size if isinstance(size, int) else 1 for size in spec.shape)
    return np.broadcast_to(np.ones(()), shape)


def _unknown(expression: Expression, session: Session, key: str) -> InputError:
    from graphscope.graph.graph import unknown_value

    told = unknown_value(
        gradient_in(key) or key, tuple(dict.fromkeys((*PLAIN, *session.graph.values)))
    ).sentence
    return error_at(expression.text, expression.columns[key], told)
