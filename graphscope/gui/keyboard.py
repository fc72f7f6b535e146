"""Keys of the canvas: they mean the physical key, whatever input method or layout is on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from graphscope.app.command import commands

_JAMO = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ"
_SHIFTED = {"ㅃ": "q", "ㅉ": "w", "ㄸ": "e", "ㄲ": "r", "ㅆ": "t", "ㅒ": "o", "ㅖ": "p"}
_LETTERS = "qwertyuiopasdfghjklzxcvbnm"
HANGUL: Mapping[str, str] = {**dict(zip(_JAMO, _LETTERS, strict=True)), **_SHIFTED}
"""The Latin letter on the key of each jamo of the standard Korean layout (KS X 5002)."""

_SCANNED = {16: "qwertyuiop", 30: "asdfghjkl", 44: "zxcvbnm,./"}
SCAN_CODES: Mapping[int, str] = {
    first + offset: letter for first, row in _SCANNED.items() for offset, letter in enumerate(row)
}
"""The letter on the key of a scan code of set 1; Linux' own codes are the same (X11 adds 8)."""

_SHIFT = {",": "<", ".": ">", "/": "?"}
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.ShiftModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


def latin(event: QKeyEvent) -> str:
    """The character on the pressed key of a Latin keyboard, or ""."""
    told = event.text()
    if told in HANGUL:
        return HANGUL[told]
    if told and told.isascii() and told.isprintable():
        return told.lower()
    code = event.nativeScanCode() - (8 if sys.platform.startswith("linux") else 0)
    known = 0x20 < event.key() < 0x7F
    return "" if known or sys.platform == "darwin" else SCAN_CODES.get(code, "")


def pressed(event: QKeyEvent) -> QKeySequence:
    """The key with its modifiers, as the table of commands writes it."""
    modifiers = event.modifiers() & _MODIFIERS
    character = latin(event)
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        character = _SHIFT.get(character, character)
    if character and character in "<>?":
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    key = Qt.Key(ord(character.upper())) if character.isascii() and character.strip() else Qt.Key(event.key())
    if key == Qt.Key.Key_Enter:
        key = Qt.Key.Key_Return
    return QKeySequence(modifiers.value | key.value)


def canvas_keys() -> Mapping[str, str]:
    """The id of the command of every key of the canvas."""
    return {QKeySequence(key).toString(): command.id for command in commands() for key in command.canvas_keys}


class CanvasKeys(QObject):
    """Listens to the widgets that it is installed on and starts commands.

    Args:
        start: starts the command of an id; False where it is disabled.
    """

    def __init__(self, start: Callable[[str], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._start = start
        self._keys = canvas_keys()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return super().eventFilter(watched, event)
        if isinstance(watched, QWidget) and watched.isWindow() and watched.focusWidget() is not None:
            return False  # handed up by a widget that has no use for it, which does not make it a key of the graph
        identity = self._keys.get(pressed(event).toString()) if isinstance(event, QKeyEvent) else None
        if identity is None:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        self._start(identity)
        return True
