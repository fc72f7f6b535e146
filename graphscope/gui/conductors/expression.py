"""New models from expressions: asks for one, opens it, writes it as a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from graphscope.app.expression import remember, write
from graphscope.errors import GraphScopeError, Sentence
from graphscope.gui.conductor import Conductor
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
        from graphscope.gui.dialogs.expression import ExpressionSheet

        if self._sheets is None:
            self._sheets = Sheets()
        window = self._window
        return self._sheets.show(
            "expression",
            lambda: ExpressionSheet(window.desk, window, opened=self.open, saved=self.save),
        )

    def open(self, source: ExpressionSource) -> bool:
        """Open a typed model, on the backend and with the precision in use."""
        window = self._window
        opened = window.desk.opened
        backend, dtype = (opened.backend, opened.dtype) if opened else ("numpy", None)
        window.running.stop()
        remember(window.settings, source)
        window.bridge.ask(Open(source, backend, dtype))
        return True

    def save(self, source: ExpressionSource) -> bool:
        """Ask for a file and write the model as a program."""
        text = self._window.desk.text
        name = f"{source.title.replace(' ', '_')}.py"
        path, _ = QFileDialog.getSaveFileName(
            self._window, text("Save as .py"), name, f"{text('Models')} (*.py)"
        )
        return bool(path) and self.write(source, Path(path))

    def write(self, source: ExpressionSource, path: Path) -> bool:
        """Write the model to a file; what goes wrong is told."""
        path = path if path.suffix == ".py" else path.with_suffix(".py")
        try:
            write(replace(source, title=path.stem), path)
        except GraphScopeError as error:
            self._window.message.tell(error)
            return False
        remember(self._window.settings, source)
        self._window.message.tell(Sentence("The model is in {file}.", file=str(path)), kind="notice")
        return True
