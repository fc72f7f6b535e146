"""Device: the processor and the GPU of the engine's computer, what they are like, and how fast they are."""

from __future__ import annotations

from collections import defaultdict

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from graphscope.app import recording
from graphscope.backends.base import DeviceFacts
from graphscope.backends.measure import Figures, Slice, figures
from graphscope.backends.probe import Availability
from graphscope.engine.recorded import RecordedRun
from graphscope.errors import ModelError
from graphscope.gui import fonts
from graphscope.gui.desk import Desk
from graphscope.gui.panel import Panel
from graphscope.gui.widgets.chip import ChipPicture
from graphscope.gui.widgets.row_table import RowTable
from graphscope.service.requests import AskTimes, Failed, TimesTold
from graphscope.service.tasks.device import AskDevice, DeviceMeasured, DeviceTold, MeasureDevice, Which
from graphscope.view import device as view
from graphscope.view.palette import Theme

SLICES = 12
"""So often each device is measured, a few times each, for some hundredths of a second."""


NARROWEST = 300
"""Pixels; below, words and facts break too often."""


class Card(QWidget):
    """One device: its name, its picture, and what it is like."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.used, self.name = QLabel(), QLabel(), QLabel()
        self.legend, self.words = QLabel(), QLabel()
        self.picture = ChipPicture()
        self.title.setFont(fonts.text_font(fonts.LARGE, QFont.Weight.DemiBold))
        self.used.setFont(fonts.text_font(11))
        self.name.setFont(fonts.number_font(fonts.SMALL))
        self.legend.setFont(fonts.text_font(11))
        self.words.setFont(fonts.text_font(14))
        for label in (self.name, self.legend, self.words):
            label.setWordWrap(True)
        for label in (self.title, self.used, self.name, self.legend, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.used)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        for part in (self.name, self.picture, self.legend, self.words):
            column.addWidget(part)

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.picture.retheme(theme)
        for label in (self.title, self.words, self.name):
            label.setStyleSheet(f"color: {theme.ink};")
        self.legend.setStyleSheet(f"color: {theme.muted};")
        self.used.setStyleSheet(
            f"color: {theme.ink}; background: {theme.accent_soft}; border-radius: 8px; padding: 2px 8px;"
        )


class DevicePanel(Panel):
    """Tells of the engine's computer, which may not be this one; measures it when asked to."""

    identity = "device"
    title = "Devices"
    area = "left"
    layouts = ()
    order = 5
    extent = 340

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.processor, self.gpu = Card(), Card()
        self.measure, self.measured, self.note = QPushButton(), RowTable(numbers=True), QLabel()
        self.facts: dict[Which, RowTable] = {"processor": RowTable(), "device": RowTable()}
        self.headings: dict[Which, QLabel] = {"processor": QLabel(), "device": QLabel()}
        self.recorded, self.recorded_times, self.copies = QLabel(), RowTable(numbers=True), QLabel()
        self._lines = [QFrame() for _ in range(4)]
        self._told: DeviceTold | None = None
        self._slices: dict[Which, list[Slice]] = defaultdict(list)
        self._waiting_for: MeasureDevice | None = None
        self._to_ask: list[MeasureDevice] = []
        self._run: RecordedRun | None = None
        self._times: TimesTold | None = None
        self._arrange()
        self.setMinimumWidth(NARROWEST)
        self.measure.clicked.connect(self.toggle)
        desk.survey_changed.connect(lambda: self._changed("look"))
        desk.bridge.times.connect(self._timed)
        desk.bridge.failed.connect(self._failed)
        desk.bridge.listen(DeviceTold, self._facts_came)
        desk.bridge.listen(DeviceMeasured, self._figures_came)

    # ---- putting together ---------------------------------------------------------------------------------

    def _arrange(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        measured = self._group(self.measure, self.measured, self.note)
        self._record = self._group(self._lines[3], self.recorded, self.recorded_times, self.copies)
        for part in (self.processor, self._lines[0], self.gpu, self._lines[1], measured, self._record):
            column.addWidget(part)
        column.addWidget(self._lines[2])
        for which, table in self.facts.items():
            self.headings[which].setFont(fonts.text_font(fonts.BASE, QFont.Weight.DemiBold))
            column.addWidget(self._group(self.headings[which], table))
        column.addStretch(1)
        for label in (self.note, self.recorded, self.copies):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setFont(fonts.text_font(fonts.SMALL))
        self.recorded.setFont(fonts.text_font(14, QFont.Weight.DemiBold))
        for line in self._lines:
            line.setFixedHeight(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)

    def _group(self, *parts: QWidget) -> QWidget:
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in parts:
            fill = Qt.AlignmentFlag.AlignLeft if isinstance(part, QPushButton) else Qt.AlignmentFlag(0)
            column.addWidget(part, 0, fill)
        return group

    # ---- what has changed ---------------------------------------------------------------------------------

    def show_look(self) -> None:
        theme = self.desk.theme
        # a style sheet of its own, because a scroll area's page has another background
        self._scroll.setStyleSheet(
            "QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"
        )
        self._scroll.setAccessibleName(self.desk.text("Devices"))
        for part in (self.processor, self.gpu, self.measured, self.recorded_times, *self.facts.values()):
            part.retheme(theme)
        for line in self._lines:
            line.setStyleSheet(f"background: {theme.line};")
        for label in (self.note, self.copies):
            label.setStyleSheet(f"color: {theme.muted};")
        for label in (self.recorded, *self.headings.values()):
            label.setStyleSheet(f"color: {theme.ink};")
        self._present()

    def show_opened(self) -> None:
        self._stop()
        self._slices.clear()
        self._times, self._run = None, self._find_recorded()
        self._present()
        self.desk.bridge.ask(AskDevice())

    def show_settled(self) -> None:
        self.desk.bridge.ask(AskDevice())  # what the run holds has changed
        if self._run is not None and self.desk.moved is not None:
            self.desk.bridge.ask(AskTimes())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stop()

    def _find_recorded(self) -> RecordedRun | None:
        source = self.desk.opened.request.source if self.desk.opened is not None else None
        try:
            return recording.find(source) if isinstance(source, str) else None
        except ModelError:
            return None  # a recording that cannot be read is as good as none

    # ---- answers ------------------------------------------------------------------------------------------

    def _facts_came(self, told: DeviceTold) -> None:
        self._told = told
        self._present()

    def _timed(self, times: TimesTold) -> None:
        self._times = times
        self._present_recorded()

    def _figures_came(self, told: DeviceMeasured) -> None:
        if told.request != self._waiting_for:
            return
        self._slices[told.request.which].append(told.slice)
        self._go_on()

    def _failed(self, failed: Failed) -> None:
        if isinstance(failed.request, MeasureDevice):
            self._stop()

    # ---- measuring ----------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Measure, or stop measuring."""
        if self._waiting_for is not None:
            self._stop()
            return
        self._slices.clear()
        both: tuple[Which, ...] = ("processor", "device") if self._on_gpu() is not None else ("processor",)
        self._to_ask = [MeasureDevice(which, number) for number in range(SLICES) for which in both]
        self._go_on()

    def _go_on(self) -> None:
        """Ask for the next slice: what the user does meanwhile comes in between."""
        if not self.isVisible() or not self._to_ask:
            self._stop()
            return
        self._waiting_for = self._to_ask.pop(0)
        self._present_figures()
        self.desk.bridge.ask(self._waiting_for)

    def _stop(self) -> None:
        self._waiting_for, self._to_ask = None, []
        self._present_figures()

    # ---- showing ------------------------------------------------------------------------------------------

    def _present(self) -> None:
        told, text = self._told, self.desk.text
        self._present_figures()
        self._present_recorded()
        self.processor.setVisible(told is not None)
        self.gpu.setVisible(told is not None)
        if told is None:
            return
        card, found = self.processor, told.processor
        on_gpu = self._on_gpu()
        card.title.setText(text("Processor"))
        self._tell_used(card, used=on_gpu is None)
        card.name.setText(found.name)
        card.picture.tell(view.processor_chip(found))
        card.picture.setAccessibleName(text("Cores of the processor"))
        card.legend.setText(self._processor_legend(view.processor_chip(found)))
        card.words.setText(view.processor_words(found, text))
        types = told.dtypes if on_gpu is None else ()
        rows = view.processor_rows(found, told.host_memory, tuple(told.versions.items()), types, text)
        self._tell_facts("processor", text("Facts about the processor"), rows)
        self._present_gpu(told)

    def _processor_legend(self, chip: view.Chip) -> str:
        text = self.desk.text
        band = f" {text('The band below: the cache that all of them share.')}" if chip.cache else ""
        if chip.dots == 1:
            return text("Each block: one core.") + band
        return text("Each block: one core, with {n} threads.", n=chip.dots) + band

    def _tell_used(self, card: Card, *, used: bool) -> None:
        card.used.setText(self.desk.text("runs the model"))
        card.used.setVisible(used and self.desk.opened is not None)

    def _on_gpu(self) -> DeviceFacts | None:
        """The GPU that the model runs on, or None."""
        facts = self._told.facts if self._told is not None else None
        return facts if facts is not None and facts.kind == "gpu" else None

    def _present_gpu(self, told: DeviceTold) -> None:
        text, card = self.desk.text, self.gpu
        used, survey = self._on_gpu(), self.desk.survey
        facts = used or next(
            (each for found in survey or () for each in found.devices if each.kind == "gpu"), None
        )
        card.title.setText(text("GPU"))
        self._tell_used(card, used=used is not None)
        drawn = facts or view.TYPICAL
        chip = view.gpu_chip(drawn)
        card.picture.tell(chip, absent=facts is None)
        card.picture.setAccessibleName(text("Cores of the GPU"))
        card.words.setText(view.gpu_words(facts, text))
        card.name.setText(facts.name if facts is not None else self._missing(survey))
        card.name.setFont(fonts.number_font(fonts.SMALL) if facts is not None else fonts.text_font())
        card.legend.setText(view.chip_words(chip, drawn, text))
        own = (told.memory, told.dtypes) if used else (None, ())
        rows = view.gpu_rows(facts, *own, text) if facts is not None else ()
        self._tell_facts("device", text("Facts about the GPU"), rows)

    def _tell_facts(self, which: Which, heading: str, rows: tuple[view.Row, ...]) -> None:
        self.headings[which].setText(heading)
        self.headings[which].setVisible(bool(rows))
        self.facts[which].setVisible(bool(rows))
        self.facts[which].tell(rows)

    def _missing(self, survey: tuple[Availability, ...] | None) -> str:
        """Why there is no GPU, and what to do."""
        text = self.desk.text
        if survey is None:
            return text("Looking for devices…")
        cupy = next((each for each in survey if each.name == "cupy"), None)
        reasons = [] if cupy is None else [each for each in (cupy.reason, cupy.fix) if each is not None]
        return " ".join(str(text.tell(each)) for each in reasons) or text("No GPU was found.")

    def _present_figures(self) -> None:
        text, running = self.desk.text, self._waiting_for
        done = len(self._slices["processor"])
        self.measure.setText(text("Stop") if running else text("Measure"))
        self.measure.setToolTip(
            text("How long calls and copies take here, in small pieces beside what you do")
        )
        self.measure.setAccessibleName(text("Measure the devices"))
        found: list[Figures | None] = [figures(self._slices["processor"]) if done else None]
        head = ["", text("Processor")]
        if self._on_gpu() is not None:
            found.append(figures(self._slices["device"]) if self._slices["device"] else None)
            head.append(text("GPU"))
        self.measured.setVisible(done > 0)
        first = found[0]
        if first is not None:
            self.measured.tell([(name, *cells) for name, cells in view.figure_rows(found, text)], head)
        note = view.figures_note(first, text) if first is not None else ""
        if running:
            note = f"{text('Measuring, {n} of {all} …', n=done + 1, all=SLICES)} {note}"
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def _present_recorded(self) -> None:
        run, text = self._run, self.desk.text
        self._record.setVisible(run is not None)
        if run is None:
            return
        self.recorded.setText(text.tell(recording.caption(run)))
        here = self._times.seconds if self._times is not None else ()
        head = ("", text("There"), text("Here"))
        self.recorded_times.tell(view.recorded_rows(run, here, text), head)
        self.copies.setText(view.recorded_copies(run, text))
