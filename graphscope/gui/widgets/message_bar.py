"""The bar above the graph that says what went wrong, in one sentence, and stands in nobody's way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from graphscope.errors import GraphScopeError, Sentence
from graphscope.gui import fonts
from graphscope.view.text import Text

Kind = Literal["alarm", "notice"]
Offer = tuple[Sentence, Callable[[], object]]
"""What a button says and does."""


class MessageBar(QWidget):
    """One sentence with a sign, its details on request, and a button that closes it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._text = Text("en")
        self._told: str | Sentence | GraphScopeError = ""
        self._sign, self.sentence = QLabel("!"), QLabel()
        self._sign.setFont(fonts.text_font(fonts.LARGE))
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.offer, self.details_button, self._close = QPushButton(), QPushButton(), QPushButton()
        self._offered: Offer | None = None
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFont(fonts.number_font(fonts.SMALL))
        self.details.setMaximumHeight(176)
        self.details_button.clicked.connect(lambda: self.details.setVisible(not self.details.isVisible()))
        self.offer.clicked.connect(self._take_offer)
        self._close.clicked.connect(self.hide)
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._sign)
        row.addWidget(self.sentence, 1)
        for button in (self.offer, self.details_button, self._close):
            button.setObjectName("link")
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 8, 6)
        column.addLayout(row)
        column.addWidget(self.details)

    def tell(
        self,
        told: str | Sentence | GraphScopeError,
        *,
        details: str = "",
        kind: Kind = "alarm",
        offer: Offer | None = None,
    ) -> None:
        """Show a sentence; it stays until it is closed or another takes its place.

        Args:
            offer: something that can be done about it, at the press of a button.
        """
        self._told, self._offered = told, offer
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._sign.setText("!" if kind == "alarm" else "i")
        self._say()
        self.details.setPlainText(details)
        self.details.hide()
        self.details_button.setVisible(bool(details))
        self.offer.setVisible(offer is not None)
        self.show()

    def _take_offer(self) -> None:
        offer = self._offered
        self.hide()
        if offer is not None:
            offer[1]()

    @property
    def told(self) -> object:
        """The sentence that is shown, or was shown last."""
        return self._told

    def outdate(self) -> None:
        """The run has moved on: a notice has been read by now, an alarm stays."""
        if self.property("kind") == "notice":
            self.hide()

    def _say(self) -> None:
        sentence = str(self._text.tell(self._told))
        self.sentence.setText(sentence)
        self.setAccessibleName(sentence)
        if self._offered is not None:
            self.offer.setText(str(self._text.tell(self._offered[0])))

    def retext(self, text: Text) -> None:
        """Tell everything in these words."""
        self._text = text
        self._say()
        self.details_button.setText(text("Details"))
        self._close.setText(text("Close"))
