"""The settings, made from their table: each answer holds at once, so there is nothing to confirm."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from graphscope.app.settings import SETTINGS, Setting
from graphscope.gui import fonts
from graphscope.gui.dialogs.controls import ChoiceBox, TickBox
from graphscope.gui.dialogs.sheet import GAP, MARGIN, Sheet, buttons, caption, card, quiet, title
from graphscope.view.text import Text


class SettingsSheet(Sheet):
    """One row for each setting, by section."""

    SIZE = QSize(664, 780)

    def fill(self, text: Text) -> None:
        self.setWindowTitle(text("Settings"))
        column = QVBoxLayout(self.body)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, GAP)
        column.setSpacing(GAP)
        column.addWidget(title(text("Settings")))
        column.addWidget(self._sections(text), 1)
        close = QPushButton(text("Close"))
        close.setObjectName("close")
        close.setDefault(True)
        close.clicked.connect(self.close)
        column.addLayout(buttons(close))

    def _sections(self, text: Text) -> QScrollArea:
        """All sections; on a small screen they scroll."""
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for section, group in groupby(SETTINGS, key=lambda setting: setting.section):
            column.addWidget(caption(text(section), self.desk.theme.muted))
            column.addWidget(self._section(list(group), text))
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(rows)
        return scroll

    def _section(self, listed: list[Setting], text: Text) -> QFrame:
        frame = card(self.desk.theme)
        grid = QGridLayout(frame)
        grid.setContentsMargins(GAP, GAP, GAP, GAP)
        grid.setHorizontalSpacing(MARGIN)
        grid.setVerticalSpacing(GAP)
        grid.setColumnStretch(0, 1)
        for row, setting in enumerate(listed):
            control = self._choice(setting, text) if setting.kind == "choice" else self._flag(setting)
            control.setObjectName(setting.key)
            control.setAccessibleName(text(setting.title))
            control.setAccessibleDescription(text(setting.tip))
            grid.addLayout(self._words(setting, control, text), row, 0)
            grid.addWidget(control, row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return frame

    def _words(self, setting: Setting, control: QWidget, text: Text) -> QVBoxLayout:
        name = QLabel(text(setting.title))
        name.setFont(fonts.text_font(fonts.BASE, QFont.Weight.Medium))
        name.setBuddy(control)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(name)
        column.addWidget(quiet(text(setting.tip), self.desk.theme.muted))
        return column

    def _choice(self, setting: Setting, text: Text) -> ChoiceBox:
        box = ChoiceBox(self.desk.theme)
        for choice in setting.choices:
            box.addItem(text(choice.title), choice.stored)
        box.setCurrentIndex(box.findData(self.desk.settings.choice(setting.key)))
        box.setMinimumWidth(160)
        box.activated.connect(lambda _: self._answer(setting.key, box.currentData()))
        return box

    def _flag(self, setting: Setting) -> TickBox:
        box = TickBox(self.desk.theme)
        box.setChecked(self.desk.settings.flag(setting.key))
        box.clicked.connect(lambda on: self._answer(setting.key, on))
        return box

    def _answer(self, key: str, answer: str | bool) -> None:
        self.desk.settings[key] = answer
