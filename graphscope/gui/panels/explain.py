"""Explain: the step that just ran, or what is selected, as a sentence, a formula, numbers, and the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from graphscope.engine.step import Ref, Step
from graphscope.graph.graph import Graph
from graphscope.gui.desk import Desk
from graphscope.gui.icons import icon
from graphscope.gui.panel import Panel
from graphscope.gui.widgets.late import Late
from graphscope.gui.widgets.page import Page
from graphscope.service.requests import AskExplanation, Explained, Moved
from graphscope.view.explain import Choice, Explanation, Paragraph
from graphscope.view.notation import Span, Spot
from graphscope.view.telling import PHASE_SIGNS, PHASE_TITLES, gradient_names

BACK = "back"
"""The key of the link that leads from a selection back to the step."""
HEADINGS: Mapping[str, str] = {"formula": "Formula", "numbers": "Numbers", "why": "Why"}
FORMULAS: Mapping[str, str] = {"layer": "Operations", "kernel": "Calls"}
"""What stands in the place of the formula at other depths."""


class Explain(Panel):
    """Follows the step that just ran; what is selected after it is explained until the next move."""

    identity = "explain"
    title = "Explain"
    area = "right"
    layouts = ("learn", "debug")
    order = 0
    extent = 340

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._page = Page(self)
        self._copy = QToolButton(self)  # after the page: Tab jumps over what comes before a proxy
        self._asked: tuple[AskExplanation, Moved] | None = None
        self._answer: Explained | None = None
        self._follows, self._calm = True, True
        self._late = Late(self, self._tell_running)
        self._spots: list[Ref] = []
        self._indices: list[tuple[int, ...] | None] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._page)
        self.setFocusProxy(self._page)
        self._make_copy()
        self._page.clicked.connect(self._clicked)
        self._page.reflowed.connect(self._reflow)
        desk.bridge.explained.connect(self._told)

    def _make_copy(self) -> None:
        self._copy.setObjectName("plain")
        self._copy.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._copy.setStyleSheet("padding: 4px;")
        self._copy.clicked.connect(self.copy)
        self._copy_action = QAction(self)
        self._copy_action.triggered.connect(self.copy)
        self._page.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._page.addAction(self._copy_action)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self._copy.sizeHint()
        self._copy.raise_()
        self._copy.setGeometry(self.width() - size.width() - 16, 10, size.width(), size.height())

    def copy(self) -> None:
        """Put what is told on the clipboard, as text."""
        QGuiApplication.clipboard().setText(self._page.plain_text())

    # ---- what has changed --------------------------------------------------------------------------------

    def show_look(self) -> None:
        text, theme = self.desk.text, self.desk.theme
        self._page.retheme(theme)
        self._page.setAccessibleName(text("Explanation"))
        self._page.setAccessibleDescription(text("The step that just ran, in words and numbers"))
        self._copy.setIcon(icon("copy", theme.muted))
        for control in (self._copy, self._copy_action):
            control.setToolTip(text("Copy as text"))
            control.setText(text("Copy as text"))
        self._copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._copy.setAccessibleName(text("Copy the explanation as text"))
        if self.desk.opened is None:
            self._tell_nothing()
        elif self._answer is not None:
            self._present()
        self._ask()

    def show_opened(self) -> None:
        self._asked = self._answer = None
        self._follows = True
        if self.desk.opened is None:
            self._tell_nothing()

    def show_moved(self) -> None:
        self._follows, self._calm = True, False
        self._late.moved()
        self._ask()

    def show_settled(self) -> None:
        self._calm = True
        self._present()

    def show_selection(self) -> None:
        self._follows = self.desk.selection.name is None
        self._ask()

    def show_depth(self) -> None:
        self._ask()

    # ---- asking ------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        """Ask once for each thing to explain at each position."""
        moved = self.desk.moved
        if moved is None:
            return
        asked = (self._request(), moved)
        if asked != self._asked:
            self._asked = asked
            self.desk.bridge.ask(asked[0])

    def _request(self) -> AskExplanation:
        selection = self.desk.selection
        ref, index = selection.ref, selection.index
        if self._follows and not self._made_just_now(ref):
            ref, index = None, None
        return AskExplanation(self.desk.text.language, self.desk.depth, ref, index)

    def _made_just_now(self, ref: Ref | None) -> bool:
        """Whether the step that just ran made that array."""
        moved, graph = self.desk.moved, self.desk.graph
        if ref is None or moved is None or graph is None or moved.moment.last is None:
            return False
        return makes(moved.moment.last, ref, graph)

    def _told(self, answer: Explained) -> None:
        if self._asked is None or answer.request != self._asked[0]:
            return
        self._answer = answer
        self._late.stop()
        if self._calm and self.isVisible():
            self._present()

    # ---- showing -----------------------------------------------------------------------------------------

    def _tell_nothing(self) -> None:
        self._page.begin()
        self._page.title(self.desk.text("Nothing is open"))
        self._page.words(self.desk.text("Choose a model: what each of its steps does will stand here."))

    def _tell_running(self) -> None:
        """The run goes on faster than it can be explained: old numbers beside a newer graph would be untrue."""
        self._page.begin()
        self._page.title(self.desk.text("Running…"))
        self._page.words(self.desk.text("The step that ran last is explained when the run stands still."))

    def _present(self) -> None:
        """Write the newest answer, if it is about this position."""
        moved, answer = self.desk.moved, self._answer
        if moved is None or answer is None or answer.position != moved.moment.position:
            return
        self._spots, self._indices = [], []
        page, told = self._page, answer.explanation
        page.begin()
        self._tell_where(moved, answer)
        page.title(told.title, gap=4)
        for paragraph in told.at("say"):
            page.words(paragraph.text)
        for depth, heading in HEADINGS.items():
            if paragraphs := told.at(depth):
                if moved.moment.last is not None:
                    other = FORMULAS.get(answer.request.depth) if depth == "formula" else None
                    page.heading(self.desk.text(other or heading))
                self._tell(paragraphs, told)
        page.moveCursor(page.textCursor().MoveOperation.Start)

    def _reflow(self) -> None:
        """Write the same again for another width, and stay at the place."""
        if self.isVisible():
            place = self._page.verticalScrollBar().value()
            self._present()
            self._page.verticalScrollBar().setValue(place)

    def _tell_where(self, moved: Moved, answer: Explained) -> None:
        """Which step of how many; for a selection the way back."""
        text, last = self.desk.text, moved.moment.last
        if answer.request.depth == "device" or last is None:
            return
        asked = answer.request.ref
        if asked is not None and not self._made_just_now(asked):
            self._page.note(text("◂ Back to the step that just ran"), key=BACK)
            return
        facts = {"sign": PHASE_SIGNS[last.phase], "phase": text(PHASE_TITLES[last.phase])}
        told = text(
            "{sign} {phase} · step {n} of {steps}", n=moved.moment.done, steps=moved.moment.length, **facts
        )
        self._page.note(told, ink=self.desk.theme.backward if last.phase == "backward" else "")

    def _tell(self, paragraphs: Sequence[Paragraph], told: Explanation) -> None:
        first = True
        for paragraph in paragraphs:
            choice = _choice(paragraph, told.choices)
            if choice is not None:
                self._tell_choice(choice, hint=first)
                first = False
            if paragraph.text:
                (self._page.words if paragraph.depth == "why" else self._page.note)(paragraph.text)
            elif paragraph.spans:
                self._mathematics(paragraph.spans)

    def _tell_choice(self, choice: Choice, *, hint: bool) -> None:
        """Which element the next numbers are about."""
        text = self.desk.text
        fields = {"index": _foot(choice.index), "name": _name(choice.ref)}
        if hint:
            template = "Element {index} of {name} – click a number in the graph to explain another."
        else:
            template = "Element {index} of {name}"
        self._page.note(text(template, **fields), gap=8 if hint else 16)

    def _mathematics(self, spans: Sequence[Span]) -> None:
        bare = _without_gap(spans)
        shapes = all(span.kind in ("shape", "operator") for span in bare)
        follows = spans[0].text.startswith(" ")
        keys = [self._key(span.spot) for span in bare]
        gap, indent = (2, 16) if follows else (0 if shapes else 8, 0)
        self._page.mathematics(bare, keys, gap=gap, indent=indent)

    # ---- names that can be clicked -----------------------------------------------------------------------

    def _key(self, spot: Spot | None) -> str:
        """What a click on a span tells; "" where there is nothing to select."""
        graph = self.desk.graph
        if spot is None or graph is None or spot.quantity not in ("value", "gradient"):
            return ""
        if spot.name not in graph.by_name:
            return ""
        self._spots.append(Ref(spot.quantity, spot.name))
        self._indices.append(spot.index)
        return f"{spot.quantity} {spot.name} {_foot(spot.index or ())}"

    def _clicked(self, key: str) -> None:
        selection = self.desk.selection
        if key == BACK:
            selection.clear()
            return
        for ref, index in zip(self._spots, self._indices, strict=True):
            if f"{ref.role} {ref.name} {_foot(index or ())}" == key:
                selection.select(ref.name, "gradient" if ref.role == "gradient" else "value", index)
                return


def makes(step: Step, ref: Ref, graph: Graph) -> bool:
    """Whether a step made that array, or a part of that gradient."""
    return ref in step.writes or (ref.role == "gradient" and ref.name in gradient_names(step, graph))


def _choice(paragraph: Paragraph, choices: Sequence[Choice]) -> Choice | None:
    """The choice whose equation begins here, where it has several elements."""
    spot = paragraph.spans[0].spot if paragraph.spans else None
    if paragraph.depth != "numbers" or spot is None:
        return None
    found = (
        each
        for each in choices
        if (each.ref.role, each.ref.name, each.index) == (spot.quantity, spot.name, spot.index)
    )
    return next((each for each in found if each.shape and max(each.shape) > 1), None)


def _without_gap(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans without the spaces that move a continued equation in."""
    kept = list(spans)
    while kept and kept[0].text[:1] == " ":
        bare = kept[0].text.lstrip()
        kept[:1] = [replace(kept[0], text=bare)] if bare else []
    return tuple(kept)


def _foot(index: Sequence[int]) -> str:
    return f"[{','.join(map(str, index))}]" if index else ""


def _name(ref: Ref) -> str:
    return f"∂L/∂{ref.name}" if ref.role == "gradient" else ref.name
