"""Says of a captured run whether it comes out here as in its own framework, and goes to its first NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphscope.gui.conductor import Conductor
from graphscope.service.requests import Opened
from graphscope.service.tasks.agreement import AgreementTold, CheckAgreement

if TYPE_CHECKING:
    from graphscope.gui.window import Window


class AgreementTelling(Conductor):
    """A captured run is compared as soon as it is open; one that was captured for its NaN is run up to it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        window.bridge.listen(Opened, self._opened)
        window.bridge.listen(AgreementTold, self._told)

    def _opened(self, opened: Opened) -> None:
        if opened.model.captured is not None:
            self._window.bridge.ask(CheckAgreement())

    def _told(self, told: AgreementTold) -> None:
        opened = self._window.desk.opened
        if opened is None or opened.model.captured is None:
            return
        self._window.message.tell(told.sentence, kind="notice" if told.agrees else "alarm")
        if opened.model.captured.trouble and told.agrees:
            self._window.orders.start("run")
