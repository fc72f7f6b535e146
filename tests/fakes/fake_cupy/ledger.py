"""What the fake remembers: where the host had to wait, what was copied, which GPU is current."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Ledger:
    """What happened while somebody watched."""

    waits: list[str] = field(default_factory=list[str])
    uploads: list[str] = field(default_factory=list[str])
    downloads: list[str] = field(default_factory=list[str])


@dataclass
class Machine:
    """The fake computer: two GPUs, of which one is current, and those who watch."""

    gpus: int = 2
    current: list[int] = field(default_factory=lambda: [0])
    watchers: list[Ledger] = field(default_factory=list[Ledger])

    def waited(self, why: str) -> None:
        """The host waits for the device."""
        for ledger in self.watchers:
            ledger.waits.append(why)

    def uploaded(self, what: str) -> None:
        """Numbers go to the device."""
        for ledger in self.watchers:
            ledger.uploads.append(what)

    def downloaded(self, what: str) -> None:
        """Numbers come back, which makes the host wait, too."""
        for ledger in self.watchers:
            ledger.downloads.append(what)


MACHINE = Machine()


@contextmanager
def watch() -> Iterator[Ledger]:
    """Collect waits and copies for as long as the context is open."""
    ledger = Ledger()
    MACHINE.watchers.append(ledger)
    try:
        yield ledger
    finally:
        MACHINE.watchers.remove(ledger)
