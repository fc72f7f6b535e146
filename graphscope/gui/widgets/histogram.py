"""A histogram of all numbers of an array, drawn by pyqtgraph when it is first needed."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graphscope.gui import fonts
from graphscope.view.palette import THEMES, Theme, signed

HEIGHT = 104


class Histogram(QWidget):
    """Bars of how many numbers lie where; those below zero have the colour of negative numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = THEMES["light"]
        self._plot: Any = None
        self._bars: Any = None
        self._shown: tuple[np.ndarray, np.ndarray] | None = None
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.setFixedHeight(HEIGHT)

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        if self._plot is not None:
            self._dress()
            if self._shown is not None:
                self.tell(*self._shown)

    def tell(self, counts: np.ndarray, edges: np.ndarray) -> None:
        """Show counts between edges."""
        self._shown = counts, edges
        plot = self._plot if self._plot is not None else self._make()
        middles, widths = (edges[:-1] + edges[1:]) / 2, np.diff(edges)
        brushes = [QColor(signed(self._theme, 0.8 if middle >= 0 else -0.8)) for middle in middles]
        self._bars.setOpts(x=middles, height=counts, width=widths * 0.9, brushes=brushes, pen=None)
        plot.setXRange(float(edges[0]), float(edges[-1]), padding=0.02)
        plot.setYRange(0, max(float(counts.max()), 1.0) * 1.15, padding=0)

    def _make(self) -> Any:
        import pyqtgraph

        self._plot = plot = pyqtgraph.PlotWidget(self)
        self._bars = pyqtgraph.BarGraphItem(x=[0], height=[0], width=1)
        plot.addItem(self._bars)
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=False, y=False)
        plot.hideButtons()
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.getAxis("left").setWidth(36)
        self._column.addWidget(plot)
        self._dress()
        return plot

    def _dress(self) -> None:
        self._plot.setBackground(QColor(self._theme.surface))
        for name in ("left", "bottom"):
            axis = self._plot.getPlotItem().getAxis(name)
            axis.setPen(QColor(self._theme.line))
            axis.setTextPen(QColor(self._theme.muted))
            axis.setStyle(tickFont=fonts.number_font(11), tickLength=4, maxTickLevel=0)
