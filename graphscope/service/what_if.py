"""Tells in a sentence what an edit did: by how much a number moved, what that does to the loss, and why."""

from __future__ import annotations

from math import floor, isfinite, log10

from graphscope.debug.what_if import Assignment, Consequence
from graphscope.errors import Sentence
from graphscope.view import numbers

DIGITS = 3
"""So many digits of a change of the loss are told; more where two changes would look the same."""
MOST = 9
LOST = 4
"""A change of the loss below so many steps of its type is mostly rounding."""


def told(consequence: Consequence, further: Consequence | None = None) -> Sentence:
    """What an edit did, in full.

    Args:
        further: what a larger step in the same place would do; told where it says something.
    """
    moved, effect = _moved(consequence.edit), effect_of(consequence)
    if further is None or not _comparable(consequence, further):
        return Sentence("{moved} {effect}", moved=moved, effect=effect)
    predicted, actual = deltas(further.predicted or 0.0, further.actual or 0.0)
    more = Sentence(
        "({change}: {predicted} predicted, {actual} actual.)",
        change=change_of(further.edit),
        predicted=predicted,
        actual=actual,
    )
    return Sentence("{moved} {effect} {more}", moved=moved, effect=effect, more=more)


def _comparable(consequence: Consequence, further: Consequence) -> bool:
    """Whether both steps have a prediction and a truth that are worth comparing."""
    found = (consequence.predicted, consequence.actual, further.predicted, further.actual)
    return all(number is not None and isfinite(number) for number in found) and not _lost(consequence)


def title_of(edit: Assignment) -> Sentence:
    """The name of the branch that an edit began: ``edit W1[0,1] +0.10``."""
    if edit.index is None:
        return Sentence("edit {element}", element=name_of(edit))
    return Sentence("edit {element} {change}", element=name_of(edit), change=change_of(edit))


def name_of(edit: Assignment) -> str:
    """The element that was edited, as people write it."""
    name = f"∂L/∂{edit.ref.name}" if edit.ref.role == "gradient" else edit.ref.name
    return f"{name}[{','.join(map(str, edit.index))}]" if edit.index else name


def _moved(edit: Assignment) -> Sentence:
    if edit.index is None:
        if not edit.count:
            return Sentence("{element} has the numbers that it had.", element=name_of(edit))
        return Sentence("You changed {count} numbers of {element}.", count=edit.count, element=name_of(edit))
    change = edit.change
    if change is None or not isfinite(change):
        before, after = numbers.number(edit.before), numbers.number(edit.after)
        return Sentence(
            "You set {element} from {before} to {after}.", element=name_of(edit), before=before, after=after
        )
    return Sentence("You moved {element} by {change}.", element=name_of(edit), change=change_of(edit))


# ---- what it does to the loss -----------------------------------------------------------------------------


def effect_of(consequence: Consequence) -> Sentence:
    """What an edit does to the loss, and what said so."""
    if consequence.trouble is not None:
        return Sentence("There is no ΔL to tell: {reason}.", reason=consequence.trouble)
    if consequence.affected is None or consequence.actual is None:
        return Sentence("Nothing that is still to come uses it, so no loss changes.")
    if consequence.predicted is None:
        return _unpredicted(consequence, consequence.actual)
    told = _predicted(consequence, consequence.predicted, consequence.actual)
    if not _lost(consequence):
        return told
    return Sentence(
        "{told} Changes below about {precision} are lost where the loss is rounded.",
        told=told,
        precision=numbers.rounded(LOST * consequence.precision, 1),
    )


def _lost(consequence: Consequence) -> bool:
    """Whether both changes are so small that the type of the loss cannot tell them."""
    predicted, actual = consequence.predicted or 0.0, consequence.actual or 0.0
    return 0 < max(abs(predicted), abs(actual)) < LOST * consequence.precision


def _predicted(consequence: Consequence, predicted: float, actual: float) -> Sentence:
    shown, came = deltas(predicted, actual)
    to_come, uses = consequence.uses
    if consequence.affected != consequence.iteration:
        return Sentence(
            "This iteration is done with it; for the next one the gradient predicted ΔL = {predicted}; it was "
            "{actual}.",
            predicted=shown,
            actual=came,
        )
    if to_come < uses:
        return Sentence(
            "{to_come} of its {uses} uses were still to come; their gradient predicted ΔL = {predicted}; it was "
            "{actual}.",
            to_come=to_come,
            uses=uses,
            predicted=shown,
            actual=came,
        )
    return Sentence("The gradient predicted ΔL = {predicted}; it was {actual}.", predicted=shown, actual=came)


def _unpredicted(consequence: Consequence, actual: float) -> Sentence:
    """No gradient says what the edit does; the loss does."""
    if consequence.affected == consequence.iteration:
        return Sentence(
            "No gradient tells what that does to the loss; ΔL was {actual}.", actual=delta(actual)
        )
    if consequence.edit.ref.role == "gradient":
        return Sentence(
            "A gradient changes no loss of its own iteration; through the updates that of iteration {n} differs "
            "by {actual}.",
            n=consequence.affected,
            actual=delta(actual),
        )
    if actual == 0:
        return Sentence(
            "It was already used in this iteration, and the loss of iteration {n} is the same too.",
            n=consequence.affected,
        )
    return Sentence(
        "It was already used in this iteration, so this loss stays; that of iteration {n} differs by {actual}.",
        n=consequence.affected,
        actual=delta(actual),
    )


# ---- numbers with a sign ----------------------------------------------------------------------------------


def change_of(edit: Assignment) -> str:
    """By how much an element moved: ``+0.10``, of whole numbers ``+1``."""
    return signed(edit.change or 0.0)


def signed(value: float) -> str:
    """A number with its sign, and with two decimals at least where it has any."""
    shown = numbers.number(value)
    whole, point, decimals = shown.partition(".")
    padded = f"{whole}.{decimals:0<2}" if point and "e" not in shown else shown
    return f"+{padded}" if value > 0 and not padded.startswith("+") else padded


def delta(value: float, digits: int = DIGITS) -> str:
    """A change of the loss with its sign and a few digits: ``−0.00742``."""
    if value == 0 or not isfinite(value):
        return numbers.number(value)
    decimals = digits - 1 if numbers.has_exponent(value) else max(digits - 1 - floor(log10(abs(value))), 2)
    shown = numbers.rounded(value, decimals)
    return f"+{shown}" if value > 0 else shown


def deltas(predicted: float, actual: float) -> tuple[str, str]:
    """A predicted and an actual change, with so many digits that two which differ look different."""
    for digits in range(DIGITS, MOST):
        shown = delta(predicted, digits), delta(actual, digits)
        if shown[0] != shown[1] or predicted == actual:
            return shown
    return delta(predicted, MOST), delta(actual, MOST)
