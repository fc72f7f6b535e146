"""What is selected: a value or its gradient, and maybe one element; everything that shows it follows."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal

from graphscope.engine.step import Ref

Role = Literal["value", "gradient"]
Index = tuple[int, ...]


class Selection(QObject):
    """One selection for the whole window."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name: str | None = None
        self.role: Role = "value"
        self.index: Index | None = None

    @property
    def ref(self) -> Ref | None:
        """The array that is selected."""
        return None if self.name is None else Ref(self.role, self.name)

    def select(self, name: str | None, role: Role = "value", index: Index | None = None) -> None:
        """Select; tells everybody only where something changes."""
        if (name, role, index) == (self.name, self.role, self.index):
            return
        self.name, self.role, self.index = name, role, index
        self.changed.emit()

    def clear(self) -> None:
        """Select nothing."""
        self.select(None)
