"""A tree of rows that tells what it shows only where somebody looks, so that thousands of rows cost nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QIcon, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeView, QWidget

from graphscope.gui import fonts
from graphscope.view.palette import THEMES, Theme
from graphscope.view.text import Text

Key = TypeVar("Key")
Place = QModelIndex | QPersistentModelIndex
PADDING = 20
MANY = 300
"""A tree of more rows opens with its first level only."""
Side = Literal["left", "right"]
SIDES: Mapping[Side, Qt.AlignmentFlag] = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "right": Qt.AlignmentFlag.AlignRight,
}


@dataclass(eq=False)
class Row(Generic[Key]):
    """One row and those below it.

    Args:
        key: what it stands for.
        number: its place among all rows, from the top.
    """

    key: Key
    above: Row[Key] | None = None
    below: list[Row[Key]] = field(default_factory=list["Row[Key]"])
    place: int = 0
    number: int = -1

    def add(self, key: Key) -> Row[Key]:
        """A new row at its end."""
        made = Row(key, self, place=len(self.below))
        self.below.append(made)
        return made

    def all(self) -> Iterator[Row[Key]]:
        """Every row below it, from the top."""
        for row in self.below:
            yield row
            yield from row.all()


@dataclass(frozen=True)
class Cell:
    """What a cell shows; an empty ink is that of the theme."""

    text: str = ""
    font: QFont | None = None
    ink: str = ""
    icon: QIcon | None = None


class RowModel(QAbstractItemModel, Generic[Key]):
    """Hands rows to a view; subclasses say what is in a cell."""

    columns: Sequence[tuple[str, Side]] = ()
    """The English titles of the columns, and the side that they are set to."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.theme = Text("en"), THEMES["light"]
        self._root: Row[Key] | None = None
        self._rows: list[Row[Key]] = []
        self._last: tuple[int, int, Cell] | None = None

    # ---- for subclasses ------------------------------------------------------------------------------

    def cell(self, row: Row[Key], column: int) -> Cell:
        """What a cell shows."""
        raise NotImplementedError

    def widest(self, column: int) -> str:
        """The longest text that a column is to have room for."""
        return ""

    def tip(self, row: Row[Key]) -> str:
        """The tooltip of a row."""
        return ""

    def spoken(self, row: Row[Key]) -> str:
        """What a screen reader says of a row."""
        return ", ".join(filter(None, (self.cell(row, column).text for column in range(len(self.columns)))))

    # ---- rows ----------------------------------------------------------------------------------------

    def fill(self, root: Row[Key] | None) -> None:
        """Show other rows: those below ``root``."""
        self.beginResetModel()
        self.forget()
        self._root = root
        self._rows = list(root.all()) if root is not None else []
        for number, row in enumerate(self._rows):
            row.number = number
        self.endResetModel()

    def retell(self, text: Text, theme: Theme) -> None:
        """In other words and colours."""
        self.text, self.theme = text, theme
        self.forget()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(len(self.columns) - 1, 0))
        self.changed(self._rows)

    def changed(self, rows: Sequence[Row[Key]]) -> None:
        """Some rows show something else now; of many the view is told at once."""
        self.forget()
        if len(rows) > MANY:
            self.layoutChanged.emit()
            return
        for row in rows:
            self.dataChanged.emit(self.place(row), self.place(row, len(self.columns) - 1))

    def forget(self) -> None:
        """Ask anew what the cells show."""
        self._last = None

    @property
    def rows(self) -> Sequence[Row[Key]]:
        """Every row, from the top."""
        return self._rows

    def place(self, row: Row[Key], column: int = 0) -> QModelIndex:
        """Where Qt finds a row."""
        return self.createIndex(row.place, column, row.number)

    def row(self, place: Place) -> Row[Key] | None:
        """The row at a place; the root for none."""
        return self._rows[place.internalId()] if place.isValid() else self._root

    # ---- what Qt asks --------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Place = QModelIndex()) -> QModelIndex:  # noqa: B008
        above = self.row(parent)
        if above is None or not (0 <= row < len(above.below) and 0 <= column < len(self.columns)):
            return QModelIndex()
        return self.place(above.below[row], column)

    def parent(self, child: Place) -> QModelIndex:  # type: ignore[override]
        row = self.row(child)
        above = row.above if row is not None else None
        return QModelIndex() if above is None or above is self._root else self.place(above)

    def rowCount(self, parent: Place = QModelIndex()) -> int:  # noqa: B008
        above = self.row(parent)
        return 0 if above is None or parent.column() > 0 else len(above.below)

    def columnCount(self, parent: Place = QModelIndex()) -> int:  # noqa: B008
        return len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        title, side = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(title) if title else ""
        return (
            SIDES[side] | Qt.AlignmentFlag.AlignVCenter if role == Qt.ItemDataRole.TextAlignmentRole else None
        )

    def data(self, index: Place, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return SIDES[self.columns[index.column()][1]] | Qt.AlignmentFlag.AlignVCenter
        return _shown(self._cell(row, index.column()), role)

    def _cell(self, row: Row[Key], column: int) -> Cell:
        """Qt asks for each side of a cell one after another: it is made once."""
        if self._last is None or self._last[:2] != (row.number, column):
            self._last = row.number, column, self.cell(row, column)
        return self._last[2]


def _shown(cell: Cell, role: int) -> Any:
    """One side of a cell, as Qt asks for it."""
    if role == Qt.ItemDataRole.DisplayRole:
        return cell.text
    if role == Qt.ItemDataRole.FontRole:
        return cell.font
    if role == Qt.ItemDataRole.ForegroundRole:
        return QBrush(QColor(cell.ink)) if cell.ink else None
    if role == Qt.ItemDataRole.DecorationRole:
        return cell.icon
    return None


class Tree(QTreeView):
    """Shows a `RowModel`; columns for which there is no room are left out.

    Args:
        main: the column that is as wide as the others let it be.
        roomy: for columns that may be left out, from which width on they are shown.
    """

    def __init__(
        self, model: RowModel[Any], *, main: int = 0, roomy: dict[int, int], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rows, self._main, self._roomy = model, main, roomy
        self.setModel(model)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTreePosition(main)
        self.setIndentation(14)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setExpandsOnDoubleClick(False)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(24)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(main, QHeaderView.ResizeMode.Stretch)
        for folded in (self.expanded, self.collapsed):
            folded.connect(model.forget)

    def fit(self) -> None:
        """Make the columns as wide as what they may hold; measuring every row at each step would be slow."""
        digits, words = (
            QFontMetrics(fonts.number_font(fonts.SMALL)),
            QFontMetrics(fonts.text_font(fonts.SMALL)),
        )
        for column, (title, _) in enumerate(self._rows.columns):
            if column != self._main:
                longest = self._rows.widest(column)
                width = max(
                    digits.horizontalAdvance(longest), words.horizontalAdvance(self._rows.text(title))
                )
                self.header().resizeSection(column, width + PADDING)

    def refill(self, root: Row[Any] | None) -> None:
        """Show other rows, all of them open where they are few."""
        self._rows.fill(root)
        self.fit()
        if len(self._rows.rows) <= MANY:
            self.expandAll()
        else:
            self.expandToDepth(0)

    def show_row(self, row: Row[Any] | None) -> None:
        """Mark a row, or the closed one that hides it, and bring it into sight."""
        while row is not None and row.above is not None and self._hidden(row):
            row = row.above
        place = QModelIndex() if row is None else self._rows.place(row, self._main)
        if place == self.currentIndex():
            return
        self.setCurrentIndex(place)
        self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        """The marked row, and the one below it too, which is often the next step."""
        place = self.currentIndex()
        if place.isValid():
            self.scrollTo(self.indexBelow(place))
            self.scrollTo(place)

    def _hidden(self, row: Row[Any]) -> bool:
        above = row.above
        while above is not None and above.above is not None:
            if not self.isExpanded(self._rows.place(above)):
                return True
            above = above.above
        return False

    def keyboardSearch(self, search: str) -> None:
        """Typed letters are looked for among the names, whichever column was clicked."""
        place = self.currentIndex()
        if place.isValid() and place.column() != self._main:
            keep = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(place.siblingAtColumn(self._main), keep)
        super().keyboardSearch(search)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, width in self._roomy.items():
            self.setColumnHidden(column, self.width() < width)
        super().resizeEvent(event)
        self._bring_into_sight()
