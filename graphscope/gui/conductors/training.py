"""Opens the model anew with another loss, optimizer or data, and tells what was made up when a file was opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphscope.errors import Sentence
from graphscope.gui.conductor import Conductor

if TYPE_CHECKING:
    from graphscope.gui.window import Window


class Training(Conductor):
    """The dialog, and what follows from it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        window.desk.opened_changed.connect(self._opened)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        return {"training": self._ask}

    def _ask(self) -> None:
        from graphscope.gui.dialogs.training import TrainingDialog

        opened = self._window.desk.opened
        if opened is not None:
            TrainingDialog(self._window, opened, self._open).open()

    def _open(self, options: Mapping[str, Any]) -> None:
        """Open the same model with other options."""
        opened = self._window.desk.opened
        if opened is not None:
            self._window.running.stop()
            kept = {name: each for name, each in opened.request.options.items() if name not in options}
            told = {name: each for name, each in options.items() if each is not None}
            self._window.bridge.ask(replace(opened.request, options={**kept, **told}))

    def _opened(self) -> None:
        """Say what was made up, and what cannot be computed; a captured run has something better to say."""
        opened = self._window.desk.opened
        if opened is None or not opened.model.notes or opened.model.captured is not None:
            return
        first, *more = [note.sentence for note in opened.model.notes]
        details = "\n\n".join(str(self._window.desk.text.tell(each)) for each in more)
        offer = (Sentence("Loss, optimizer and data…"), self._window.orders["training"].trigger)
        self._window.message.tell(first, kind="notice", details=details, offer=offer)
