"""Asks which loss, optimizer and data a model is to have, for models whose file brings none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDoubleValidator, QFont, QIntValidator, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from graphscope.app.data import SUFFIXES, read_all
from graphscope.errors import GraphScopeError
from graphscope.gui import fonts
from graphscope.gui.dialogs.controls import ChoiceBox
from graphscope.gui.dialogs.overlay import Overlay
from graphscope.model.binding import Found
from graphscope.model.losses import BY_NAME as LOSSES
from graphscope.model.optimizers import BY_NAME as OPTIMIZERS
from graphscope.service.requests import Opened

if TYPE_CHECKING:
    from graphscope.gui.window import Window

MOST = 1_000_000_000
OWN = ""
"""In place of a choice: what the model has of its own."""


class TrainingDialog(Overlay):
    """A loss, an optimizer with its rate, the mode, files of data and how many samples an iteration takes.

    Args:
        opened: the model as it is open; what was chosen for it before stands in the fields.
        apply: is handed the options that it is to be opened with, None for those to be left out.
    """

    def __init__(self, window: Window, opened: Opened, apply: Callable[[Mapping[str, Any]], object]) -> None:
        super().__init__(window.desk, window)
        self._opened, self._apply_to = opened, apply
        self._data: tuple[Found, ...] = tuple(opened.request.options.get("data") or ())
        theme = window.desk.theme
        self.heading, self.trouble, self.inputs, self.files = QLabel(), QLabel(), QLabel(), QLabel()
        self.loss, self.optimizer, self.mode = ChoiceBox(theme), ChoiceBox(theme), ChoiceBox(theme)
        self.rate, self.batch = QLineEdit(), QLineEdit()
        self.choose, self.clear = QPushButton(), QPushButton()
        self.apply, self.cancel = QPushButton(), QPushButton()
        self._arrange()
        self._tell()
        self._fill()
        self.optimizer.currentIndexChanged.connect(self._chosen)
        self.choose.clicked.connect(self._ask_files)
        self.clear.clicked.connect(self._forget_files)
        self.apply.clicked.connect(self._apply)
        self.cancel.clicked.connect(self.close)
        self._chosen()
        self._show_files()
        self.loss.setFocus(Qt.FocusReason.PopupFocusReason)

    # ---- putting together ---------------------------------------------------------------------------------

    def _arrange(self) -> None:
        theme = self.desk.theme
        self.heading.setFont(fonts.text_font(fonts.LARGE, QFont.Weight.DemiBold))
        for field in (self.rate, self.batch):
            field.setFont(fonts.number_font(14))
        self.rate.setValidator(QDoubleValidator(0.0, 1e6, 12, self.rate))
        self.batch.setValidator(QIntValidator(1, MOST, self.batch))
        for label in (self.trouble, self.inputs, self.files):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.trouble.setStyleSheet(f"color: {theme.alarm};")
        self.inputs.setStyleSheet(f"color: {theme.muted};")
        self.trouble.hide()
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(16)
        self._form = QGridLayout()
        self._form.setHorizontalSpacing(24)
        self._form.setVerticalSpacing(12)
        self._form.setColumnStretch(1, 1)
        self.column.addWidget(self.heading)
        self.column.addLayout(self._form)
        self.column.addWidget(self.trouble)
        self.column.addLayout(_row(None, self.cancel, self.apply))

    def _tell(self) -> None:
        text = self.desk.text
        self.heading.setText(text("Loss, optimizer and data"))
        self.setAccessibleName(self.heading.text())
        fields: tuple[tuple[str, QWidget, QWidget | None], ...] = (
            (text("Loss"), self.loss, None),
            (text("Optimizer"), self.optimizer, None),
            (text("Learning rate"), self.rate, None),
            (text("Mode"), self.mode, None),
            (text("Data"), self.files, self.inputs),
            (text("Samples per iteration"), self.batch, None),
        )
        place = 0
        for told, field, below in fields:
            label = QLabel(told)
            label.setBuddy(field)
            field.setAccessibleName(told)
            self._form.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop if below else Qt.AlignmentFlag(0))
            if field is self.files:
                self._form.addLayout(_row(self.files, self.clear, self.choose), place, 1)
            else:
                self._form.addWidget(field, place, 1)
            if below is not None:
                place += 1
                self._form.addWidget(below, place, 1)
            place += 1
        self.choose.setText(text("Choose files…"))
        self.clear.setText(text("Without"))
        self.cancel.setText(text("Cancel"))
        self.apply.setText(text("Open anew"))
        self.apply.setDefault(True)
        graph = self._opened.model.graph
        wanted = ", ".join(f"{name} {graph.by_name[name].spec}" for name in graph.inputs)
        self.inputs.setText(
            text(
                "The model takes {inputs}. A .npz file with arrays of these names, a table or pictures will do.",
                inputs=wanted or "-",
            )
        )
        self.rate.setPlaceholderText(text("as usual"))
        self.batch.setPlaceholderText(text("all"))

    def _fill(self) -> None:
        """The choices, with what was chosen before."""
        text, options, model = self.desk.text, self._opened.request.options, self._opened.model
        own, none = text("that of the model"), text("none")
        self.loss.addItem(own if model.loss is not None or options.get("loss") else none, OWN)
        for name, told in (("sum", text("sum of the output")), ("mean", text("mean of the output"))):
            self.loss.addItem(told, name)
        for name in LOSSES:
            self.loss.addItem(name, name)
        for name in self._scalars():
            self.loss.addItem(text("the value {name}", name=name), name)
        self.optimizer.addItem(own, OWN)
        self.optimizer.addItem(none, "none")
        for name in OPTIMIZERS:
            self.optimizer.addItem(name, name)
        modes = ((OWN, own), ("train", text("training")), ("eval", text("evaluation")))
        for name, told in modes:
            self.mode.addItem(told, name)
        name, _, rate = str(options.get("optimizer") or OWN).partition(":")
        _select(self.loss, options.get("loss") or OWN)
        _select(self.optimizer, name)
        _select(self.mode, {True: "train", False: "eval"}.get(options.get("train"), OWN))  # type: ignore[arg-type]
        self.rate.setText(rate)
        self.batch.setText(str(options.get("batch") or ""))

    def _scalars(self) -> list[str]:
        """Values that backward could start from."""
        graph = self._opened.model.graph
        return [
            value.name
            for value in graph.table
            if value.kind == "node" and value.spec.floating and value.spec.shape in ((), (1,))
        ][:20]

    # ---- what is chosen -----------------------------------------------------------------------------------

    def _chosen(self) -> None:
        self.rate.setEnabled(self.optimizer.currentData() not in (OWN, "none"))

    def _ask_files(self) -> None:
        text = self.desk.text
        known = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        filters = f"{text('Data')} ({known});;{text('All files')} (*)"
        paths, _ = QFileDialog.getOpenFileNames(self, text("Choose files of data"), "", filters)
        if paths:
            self.take(map(Path, paths))

    def take(self, paths: Any) -> None:
        """Read files of data; what cannot be read is said in the dialog."""
        try:
            self._data = read_all(str(path) for path in paths)
        except GraphScopeError as error:
            self._complain(error)
            return
        self._complain(None)
        self._show_files()

    def _forget_files(self) -> None:
        self._data = ()
        self._show_files()

    def _show_files(self) -> None:
        text = self.desk.text
        shown = ", ".join(found.file for found in self._data)
        self.files.setText(shown or text("that of the model"))
        self.clear.setVisible(bool(self._data))
        if self.isVisible():
            self.place()

    def _complain(self, error: GraphScopeError | None) -> None:
        self.trouble.setText("" if error is None else str(self.desk.text.tell(error)))
        self.trouble.setVisible(error is not None)
        if self.isVisible():
            self.place()

    def options(self) -> dict[str, Any]:
        """What the fields say; None leaves it to the model."""
        optimizer, rate = self.optimizer.currentData() or None, self.rate.text().strip()
        if optimizer not in (None, "none") and rate:
            optimizer = f"{optimizer}:{rate}"
        batch = self.batch.text().strip()
        return {
            "loss": self.loss.currentData() or None,
            "optimizer": optimizer,
            "train": {"train": True, "eval": False}.get(self.mode.currentData()),
            "data": self._data or None,
            "batch": int(batch) if batch else None,
        }

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focus = self.focusWidget()
            (focus.click if isinstance(focus, QPushButton) else self._apply)()
        super().keyPressEvent(event)

    def _apply(self) -> None:
        options = self.options()
        self.close()
        self._apply_to(options)


def _row(first: QWidget | None, *rest: QWidget) -> QHBoxLayout:
    """A wide thing, and buttons to the right of it."""
    row = QHBoxLayout()
    row.setSpacing(8)
    if first is None:
        row.addStretch(1)
    else:
        row.addWidget(first, 1)
    for each in rest:
        row.addWidget(each)
    return row


def _select(box: ChoiceBox, data: object) -> None:
    box.setCurrentIndex(max(box.findData(data), 0))
