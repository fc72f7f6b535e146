"""Makes what is copied from a page plain text, which can be pasted anywhere."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

from graphscope.gui.widgets.equation import plain


def plain_copy(copied: QMimeData) -> QMimeData:
    """Qt's own data of a selection with nothing but its text, without the signs that hold a line together.

    The data must be Qt's own: the clipboard outlives Python, and data made in Python takes it down at the end.
    """
    text = plain(copied.text())  # asked for first, as data not yet asked for would come back after clear()
    copied.clear()
    copied.setText(text)
    return copied
