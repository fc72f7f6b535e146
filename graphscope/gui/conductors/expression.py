"""New models from expressions: asks for one, opens it, writes it as a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog

from graphscope.app.expression import remember, write
from graphscope.errors import GraphScopeError, Sentence
from graphscope.gui.conductor import Conductor
from graphscope.gui.dialogs.expression import ExpressionSheet, Told
from graphscope.gui.dialogs.sheet import Sheet, Sheets
from graphscope.model.expression import ExpressionSource
from graphscope.service.requests import Open


class Expressions(Conductor):
    """Shows the sheet and carries out what it is asked for."""

    _sheets: Sheets | None = None

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        return {"new_expression": self.ask}

    def ask(self) -> Sheet:
        """Show the sheet."""
        if self._sheets is None:
            self._sheets = Sheets()
        window = self._window
        return self._sheets.show(
            "expression",
            lambda: ExpressionSheet(window.desk, window, opened=self.open, saved=self.save),
        )

    def open(self, source: ExpressionSource) -> None:
        """Open a typed model, on the backend and with the precision in use."""
        window = self._window
        opened = window.desk.opened
        backend, dtype = (opened.backend, opened.dtype) if opened else ("numpy", None)
        window.running.stop()
        remember(window.settings, source)
        window.bridge.ask(Open(source, backend, dtype))

    def save(self, source: ExpressionSource) -> Told | None:
        """Ask for a file and write the model as a program; what came of it, or None where nobody chose one."""
        text = self._window.desk.text
        name = f"{source.title.replace(' ', '_')}.py"
        parent = QApplication.activeWindow() or self._window
        path, _ = QFileDialog.getSaveFileName(parent, text("Save as .py"), name, f"{text('Models')} (*.py)")
        return self.write(source, Path(path)) if path else None

    def write(self, source: ExpressionSource, path: Path) -> Told:
        """Write the model to a file; what came of it."""
        path = path if path.suffix == ".py" else path.with_suffix(".py")
        try:
            write(replace(source, title=path.stem), path)
        except GraphScopeError as error:
            return error
        remember(self._window.settings, source)
        return Sentence("The model is in {file}.", file=str(path))
