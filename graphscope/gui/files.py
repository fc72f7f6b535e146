"""Commands on whole models: opening, samples, recent ones, trust, exporting, closing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox

from graphscope.app import samples
from graphscope.errors import Sentence, TrustError
from graphscope.exporters import svg
from graphscope.gui import vector
from graphscope.importers import suffixes
from graphscope.service.requests import Close, Failed, Open

if TYPE_CHECKING:
    from graphscope.gui.window import Window


PICTURES = (".svg", ".png", ".pdf")
"""The endings of the pictures that can be written."""


class Files(QObject):
    """Asks for files and hands them to the bridge."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        window.bridge.opened.connect(lambda opened: self._remember(opened.request))
        self._menu = window.menus.submenu("Open recent")
        self._menu.aboutToShow.connect(self.fill_recent)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        return {
            "gallery": self._window.toggle_gallery,
            "open": self._ask_file,
            "forget_recent": self._forget,
            "export_picture": self._export,
            "close": lambda: self._window.bridge.ask(Close()),
            "quit": self._window.close,
        }

    def open(self, source: str | Path, *, trust: bool = False) -> None:
        """Open a sample by its name, or a file, on the backend and with the precision in use."""
        opened = self._window.desk.opened
        backend, dtype = (opened.backend, opened.dtype) if opened else ("numpy", None)
        self._window.running.stop()
        self._window.bridge.ask(Open(str(source), backend, dtype, trust=trust))

    def _ask_file(self) -> None:
        text = self._window.desk.text
        known = " ".join(f"*{suffix}" for suffix in suffixes())
        filters = f"{text('Models')} ({known});;{text('All files')} (*)"
        path, _ = QFileDialog.getOpenFileName(self._window, text("Open a model"), "", filters)
        if path:
            self.open(path)

    def refused(self, failed: Failed) -> bool:
        """Ask for trust where that is what was missing; whether it was."""
        if not isinstance(failed.error, TrustError) or not isinstance(failed.request, Open):
            return False
        if self._trusts(Path(str(failed.request.source))):
            self._window.bridge.ask(replace(failed.request, trust=True))
        return True

    def _trusts(self, path: Path) -> bool:
        text = self._window.desk.text
        box = QMessageBox(self._window)
        box.setWindowTitle(text("Run this program?"))
        box.setText(
            text(
                "{file} is a program. Opening it runs it with all that you are allowed to do.", file=path.name
            )
        )
        box.setInformativeText(text("Run it only if you wrote it or trust who did."))
        run = box.addButton(text("Run it"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is run

    # ---- recent -------------------------------------------------------------------------------------------

    def _remember(self, request: Open) -> None:
        """A file is remembered with its folder: the next start may be made from another one."""
        if isinstance(request.source, (str, Path)):
            name = str(request.source)
            self._window.settings.remember(name if samples.find(name) else str(Path(name).absolute()))
            self._window.refresh()

    def _forget(self) -> None:
        self._window.settings.forget_recent()
        self._window.refresh()

    def fill_recent(self) -> None:
        """List the models opened last, then what empties the list."""
        self._menu.clear()
        for source in self._window.settings.recent():
            action = self._menu.addAction(self._title(source))
            action.triggered.connect(lambda _=False, source=source: self.open(source))
        self._menu.addSeparator()
        self._menu.addAction(self._window.orders["forget_recent"])

    def _title(self, source: str) -> str:
        sample = samples.find(source)
        return sample.title[self._window.desk.text.language] if sample else source.replace("&", "&&")

    # ---- exporting ----------------------------------------------------------------------------------------

    def _export(self) -> None:
        text = self._window.desk.text
        filters = ";;".join(f"{kind[1:].upper()} (*{kind})" for kind in PICTURES)
        path, chosen = QFileDialog.getSaveFileName(self._window, text("Export picture"), "graph.svg", filters)
        if path:
            kind = next((each for each in PICTURES if each in chosen), PICTURES[0])
            self.export(Path(path) if Path(path).suffix else Path(path).with_suffix(kind))

    def export(self, path: Path) -> None:
        """Write the graph as it is now; a file that cannot be written is told."""
        if path.suffix.lower() not in PICTURES:
            told = Sentence(
                "{file}: a picture is written as {kinds}; give it one of these endings",
                file=path.name,
                kinds=", ".join(PICTURES),
            )
            self._window.message.tell(told)
            return
        try:
            self._write(path)
        except OSError as error:
            told = Sentence(
                "{file} cannot be written ({reason}); choose another place",
                file=path.name,
                reason=error.strerror or Sentence("the file cannot be written"),
            )
            self._window.message.tell(told)
            return
        self._window.message.tell(Sentence("The picture is in {file}.", file=str(path)), kind="notice")

    def _write(self, path: Path) -> None:
        """Raises OSError where it does not work."""
        canvas, opened = self._window.canvas, self._window.desk.opened
        drawn, title = canvas.scene(), opened.model.name if opened else ""
        kind = path.suffix.lower()
        if kind == ".png" or drawn is None:
            if not canvas.image(2.0).save(str(path)):
                raise OSError(0, "")
        elif kind == ".svg":
            svg.write(drawn, path, title=title)
        else:
            vector.paint(svg.svg(drawn, title=title), path)
