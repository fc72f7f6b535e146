"""What every card and edge shows at one position: numbers, state, and what the last step did to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from graphscope.engine.moment import Moment
from graphscope.engine.step import Ref, Step
from graphscope.engine.summary import Summary
from graphscope.view.numbers import natural_decimals, parse, rounded, settle
from graphscope.view.picture.items import Card, Operand, Row, RowRole, Structure
from graphscope.view.picture.stops import StopMark, Stops

State = Literal["waiting", "done"]
Slot = tuple[str, RowRole]
"""A row as the animation knows it: a value's name, and ● or ◆."""


@dataclass(frozen=True, slots=True)
class RowFace:
    """What one row shows; without a summary it is not there yet.

    Args:
        stale: the gradient is left over from the iteration before.
        edited: the elements that a user changed (none: too many to mark); None where nobody did.
    """

    summary: Summary | None
    partial: bool = False
    stale: bool = False
    edited: frozenset[tuple[int, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Face:
    """What one card shows.

    Args:
        state: whether its value is there.
        ran, next: whether the last or next step is its own.
        backward: whether those belong to the backward phase (ran, next).
        sum: how far its gradient is added up, while that is news.
        change: old and new number of a parameter that was just updated.
        problem: whether the last step found something wrong here.
        stop: the mark of a breakpoint, if there is one.
    """

    state: State
    ran: bool
    next: bool
    backward: tuple[bool, bool]
    rows: tuple[RowFace, ...]
    sum: Sum | None = None
    change: str = ""
    problem: bool = False
    stop: StopMark | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """How far a gradient is added up: ``count`` of ``total``, and the last addition as an equation."""

    count: int
    total: int
    equation: str = ""


@dataclass(frozen=True, slots=True)
class EdgeFace:
    """How an edge looks: whether its value is there, its gradient came back, and what just ran along it."""

    filled: bool
    returned: bool
    ran: bool
    ran_back: bool


@dataclass(frozen=True)
class Faces:
    """The faces of one moment, made one by one as they are asked for.

    Args:
        before: the moment before, for rows whose new numbers are held back and for sums.
        held: rows that still show what they showed before, because their token is on its way.
        stops: the breakpoints.
    """

    structure: Structure
    moment: Moment
    before: Moment | None = None
    held: Collection[Slot] = ()
    stops: Stops = field(default_factory=Stops)

    def card(self, card: Card) -> Face:
        """The face of a card or chip."""
        moment = self.moment
        rows = tuple(self._row(row) for row in card.rows)
        ran, following = touched(self.structure, moment.last), touched(self.structure, moment.next)
        phases = (_backward(moment.last), _backward(moment.next))
        problem = moment.problem is not None and self._owns(card, moment.problem.ref)
        filled = bool(rows) and rows[0].summary is not None
        state: State = "done" if filled else "waiting"
        tags = (self._sum(card), self._change(card))
        return Face(
            state, card.key in ran, card.key in following, phases, rows, *tags, problem, self.stops.on(card)
        )

    def _row(self, row: Row) -> RowFace:
        source = self._source((row.value, row.role))
        edited = source.edited.get(Ref(row.role, row.value)) if source else None
        if row.role == "value":
            return RowFace(source.values.get(row.value) if source else None, edited=edited)
        summary = source.gradients.get(row.value) if source else None
        added = source.added.get(row.value) if source else None
        partial = added is not None and added[0] < added[1]
        return RowFace(summary, partial, stale=summary is not None and added is None, edited=edited)

    def _source(self, slot: Slot) -> Moment | None:
        return self.before if slot in self.held else self.moment

    def _sum(self, card: Card) -> Sum | None:
        """How far the gradient is added up, where that is news: several contributions, and backward is on."""
        if card.row("gradient") is None or card.proxy:
            return None
        source = self._source((card.value, "gradient"))
        count, total = source.added.get(card.value, (0, 0)) if source else (0, 0)
        if total < 2 or count == 0:
            return None
        last = source.last if source else None
        just = last is not None and last.kind == "accumulate" and last.value == card.value
        if count == total and not just:
            return None
        return Sum(count, total, self._equation(card.value) if just and source is self.moment else "")

    def _change(self, card: Card) -> str:
        """``0.5 → 0.47`` on a parameter that is one number, right after its update."""
        last, before = self.moment.last, self.before
        if last is None or last.kind != "update" or last.value != card.value or before is None:
            return ""
        old, new = before.values.get(card.value), self.moment.values.get(card.value)
        if not (old and new and old.scalar and new.scalar) or (card.value, "value") in self.held:
            return ""
        one, two = float(old.cells[0, 0]), float(new.cells[0, 0])
        enough = (
            count for count in range(natural_decimals(two), 9) if rounded(one, count) != rounded(two, count)
        )
        decimals = next(enough, None)
        return f"{rounded(one, decimals)} → {rounded(two, decimals)}"

    def _equation(self, value: str) -> str:
        """The last addition of single numbers, with digits that a calculator agrees with."""
        last = self.moment.last
        after = self.moment.gradients.get(value)
        part = self.moment.parts.get(Ref("contribution", last.node or "", last.slot or 0)) if last else None
        before = self.before.gradients.get(value) if self.before else None
        if not (after and part and before and after.scalar and part.scalar and before.scalar):
            return ""
        one, two, total = (float(each.cells[0, 0]) for each in (before, part, after))
        found = settle(lambda decimals: parse(rounded(one, decimals)) + parse(rounded(two, decimals)), total)
        sign = "=" if found.exact else "≈"
        second = rounded(abs(two), found.decimals)
        return f"{rounded(one, found.decimals)} {'+' if two >= 0 else '−'} {second} {sign} {found.result}"

    def _owns(self, card: Card, ref: Ref | None) -> bool:
        if ref is None:
            return False
        own = ref.name in (card.value, card.node) or ref.name in card.nodes
        return own and ref.role in ("value", "gradient", "contribution", "unsummed")

    def edge(self, uses: tuple[Operand, ...], value: str) -> EdgeFace:
        """The face of the edge that feeds those operands."""
        moment = self.moment
        last = moment.last
        node, kind = (last.node, last.kind) if last else (None, None)
        mine = [use for use in uses if use[0] == node]
        ran_back = bool(mine) and (
            kind == "backward"
            or (kind == "accumulate" and any(use[1] == (last and last.slot) for use in mine))
        )
        returned = any(self.returned(use, value) for use in uses)
        return EdgeFace(
            value in moment.values, returned, bool(mine) and kind == "forward", returned and ran_back
        )

    def returned(self, use: Operand, value: str) -> bool:
        """Whether backward has sent a gradient to that operand in this iteration."""
        moment = self.moment
        order = self.structure.contributions.get(value, ())
        if use not in order:
            return False
        last = moment.last
        if last is not None and last.kind in ("backward", "accumulate") and last.node == use[0]:
            return True
        return order.index(use) < moment.added.get(value, (0, 0))[0]


def _backward(step: Step | None) -> bool:
    return step is not None and step.phase == "backward"


def touched(structure: Structure, step: Step | None) -> frozenset[str]:
    """The cards that a step belongs to."""
    if step is None or step.kind == "zero":
        return frozenset()
    if step.kind == "data" or (step.kind == "clip" and step.value is None):
        names = [ref.name for ref in step.writes]
        return frozenset(structure.homes[name] for name in names if name in structure.homes)
    if step.kind in ("seed", "accumulate", "update", "clip", "transfer"):
        home = structure.homes.get(step.value or "")
        return frozenset() if home is None else frozenset((home,))
    owner = structure.owners.get(step.node or "")
    return frozenset() if owner is None else frozenset((owner,))


def same(one: Summary | None, two: Summary | None) -> bool:
    """Whether two summaries tell the same numbers."""
    if one is two or one is None or two is None:
        return one is two
    facts = ("shape", "norm", "low", "high", "mean", "nan", "infinite")
    return all(getattr(one, fact) == getattr(two, fact) for fact in facts) and (
        one.cells.tobytes() == two.cells.tobytes()
    )
