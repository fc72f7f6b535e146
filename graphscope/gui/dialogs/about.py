"""About GraphScope: its version, what it stands on, and the licences of all of it."""

from __future__ import annotations

import platform

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

import graphscope
from graphscope.app.doctor import installed_versions
from graphscope.errors import Sentence
from graphscope.gui import fonts
from graphscope.gui.desk import Desk
from graphscope.gui.dialogs.diagnostics import Diagnostics
from graphscope.gui.dialogs.sheet import GAP, MARGIN, Sheet, buttons, caption, card, quiet, title
from graphscope.gui.icons import application_icon
from graphscope.view.text import Text

ICON = 64
LICENCES: tuple[tuple[str, Sentence], ...] = (
    ("GraphScope", Sentence("MIT licence. Copyright © 2026 The GraphScope authors.")),
    (
        "Qt, PySide6",
        Sentence(
            "GNU Lesser General Public License, version 3 (LGPL 3). Both are used unchanged, as libraries "
            "of their own: you may put other versions in their place. Their source is at {source}, the text of "
            "the licence at {licence}.",
            source="https://code.qt.io",
            licence="https://www.gnu.org/licenses/lgpl-3.0.html",
        ),
    ),
    (
        "Inter, JetBrains Mono, NanumSquare",
        Sentence("SIL Open Font License 1.1 (OFL). The texts lie beside the fonts."),
    ),
    (
        "GraphScope Symbols",
        Sentence("Bitstream Vera licence: a selection from DejaVu Sans Mono, with one sign of our own."),
    ),
    ("NumPy", Sentence("BSD licence with 3 clauses.")),
    ("pyqtgraph, array-api-compat", Sentence("MIT licence.")),
    ("Pillow", Sentence("MIT-CMU licence.")),
)


class About(Sheet):
    """What a report on a fault should say, and what the licences ask for."""

    SIZE = QSize(640, 688)

    def __init__(self, desk: Desk, window: QWidget, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self.copy = QPushButton()
        super().__init__(desk, window)
        diagnostics.told.connect(self._told)

    def fill(self, text: Text) -> None:
        self.setWindowTitle(text("About GraphScope"))
        column = QVBoxLayout(self.body)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, GAP)
        column.setSpacing(GAP)
        column.addLayout(self._head(text))
        column.addWidget(caption(text("Versions"), self.desk.theme.muted))
        column.addWidget(self._versions())
        column.addWidget(caption(text("Licences"), self.desk.theme.muted))
        column.addWidget(self._licences(text))
        column.addStretch(1)
        column.addLayout(self._buttons(text))

    def _head(self, text: Text) -> QHBoxLayout:
        picture, row, words = QLabel(), QHBoxLayout(), QVBoxLayout()
        picture.setPixmap(application_icon().pixmap(QSize(ICON, ICON), self.devicePixelRatio()))
        words.setSpacing(4)
        words.addStretch(1)
        words.addWidget(title(f"GraphScope {graphscope.__version__}"))
        told = text("A debugger that steps through the training of a neural network, forward and backward.")
        words.addWidget(quiet(told, self.desk.theme.muted))
        words.addStretch(1)
        row.setSpacing(GAP)
        row.addWidget(picture)
        row.addLayout(words, 1)
        return row

    def _versions(self) -> QFrame:
        frame = card(self.desk.theme)
        grid = QGridLayout(frame)
        grid.setContentsMargins(GAP, 12, GAP, 12)
        found = installed_versions()
        listed = {"Python": platform.python_version(), "Qt": qVersion(), "PySide6": pyside_version}
        listed |= {"NumPy": found["numpy"] or "–", "pyqtgraph": found["pyqtgraph"] or "–"}
        for place, (name, version) in enumerate(listed.items()):
            number = QLabel(version)
            number.setFont(fonts.number_font())
            number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            row, side = divmod(place, 3)
            grid.addWidget(_strong(name), row, 2 * side)
            grid.setColumnMinimumWidth(2 * side, 72)
            grid.addWidget(number, row, 2 * side + 1)
            grid.setColumnStretch(2 * side + 1, 1)
        return frame

    def _licences(self, text: Text) -> QFrame:
        frame = card(self.desk.theme)
        column = QVBoxLayout(frame)
        column.setContentsMargins(GAP, 12, GAP, 12)
        column.setSpacing(2)
        for place, (name, says) in enumerate(LICENCES):
            column.addSpacing(8 if place else 0)
            column.addWidget(_strong(name))
            column.addWidget(self._licence(says, text))
        return frame

    def _licence(self, says: Sentence, text: Text) -> QLabel:
        ink = self.desk.theme.positive
        links = {
            name: f'<a href="{url}" style="color: {ink};">{str(url).removeprefix("https://")}</a>'
            for name, url in says.fields.items()
        }
        label = quiet(text(says.template, **links), self.desk.theme.muted)
        label.setOpenExternalLinks(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        if not links:
            label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return label

    # ---- diagnostics --------------------------------------------------------------------------------------

    def _buttons(self, text: Text) -> QLayout:
        close = QPushButton(text("Close"))
        close.setObjectName("close")
        close.setDefault(True)
        close.clicked.connect(self.close)
        self.copy = QPushButton()
        self.copy.setObjectName("copy")
        self.copy.setToolTip(text("Put what this computer has and lacks on the clipboard, for a report"))
        self.copy.setAccessibleDescription(self.copy.toolTip())
        self.copy.clicked.connect(self._look)
        self._tell(text("Looking…") if self._diagnostics.looking else text("Copy diagnostics"))
        return buttons(self.copy, close)

    def _tell(self, told: str) -> None:
        self.copy.setText(told)
        self.copy.setEnabled(not self._diagnostics.looking)

    def _look(self) -> None:
        self._diagnostics.look()
        self._tell(self.desk.text("Looking…"))

    def _told(self, told: str) -> None:
        QGuiApplication.clipboard().setText(told)
        self._tell(self.desk.text("Copied"))


def _strong(told: str) -> QLabel:
    label = QLabel(told)
    label.setFont(fonts.text_font(fonts.BASE, QFont.Weight.Medium))
    return label
