"""What the fake remembers: where the host had to wait, what was copied, what is under way, which GPU is current."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import finalize

GIGABYTE = 2**30


@dataclass
class Ledger:
    """What happened while somebody watched."""

    waits: list[str] = field(default_factory=list[str])
    uploads: list[str] = field(default_factory=list[str])
    downloads: list[str] = field(default_factory=list[str])
    bytes: int = 0
    """How much came back."""


@dataclass
class Machine:
    """The fake computer: two GPUs, of which one is current, and those who watch.

    Args:
        memory: bytes that each GPU has; some are `used`, by others until somebody counts, and some are kept
            for later in the pool, in blocks that each can hold one smaller array.
        counting: whether memory is counted, which takes time.
        page_locked: whether host memory is of the kind that the device reads later, when it gets to it.
        under_way: copies that will be done when the host waits.
    """

    gpus: int = 2
    memory: int = 8 * GIGABYTE
    used: int = 2 * GIGABYTE
    blocks: list[int] = field(default_factory=list[int])
    current: list[int] = field(default_factory=lambda: [0])
    watchers: list[Ledger] = field(default_factory=list[Ledger])
    counting: bool = False
    page_locked: bool = False
    under_way: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])

    @property
    def pool(self) -> int:
        """Bytes that are kept for later."""
        return sum(self.blocks)

    def free(self) -> int:
        """Bytes that nobody holds, the pool neither."""
        return self.memory - self.used - self.pool

    def take(self, array: Any, size: int) -> None:
        """Memory for an array that has just been made, until it is gone; freed memory goes to the pool."""
        if not self.counting:
            return
        block = min((each for each in self.blocks if each >= size), default=None)
        if block is None and size > self.free():
            from tests.fakes.fake_cupy.cuda import OutOfMemoryError

            raise OutOfMemoryError(size, self.used + self.pool)
        if block is not None:
            self.blocks.remove(block)
            self.blocks += [block - size] if block > size else []
        self.used += size
        finalize(array, self._give_back, size).atexit = False

    def _give_back(self, size: int) -> None:
        self.used -= size
        self.blocks += [size] if size else []

    def later(self, copy: Callable[[], None]) -> None:
        """A copy that is asked for now and done when the host waits."""
        self.under_way.append(copy)

    def complete(self) -> None:
        """Everything that was asked of the device is done, in order."""
        asked, self.under_way = self.under_way, []
        for copy in asked:
            copy()

    def waited(self, why: str) -> None:
        """The host waits for the device."""
        self.complete()
        for ledger in self.watchers:
            ledger.waits.append(why)

    def uploaded(self, what: str) -> None:
        """Numbers go to the device."""
        for ledger in self.watchers:
            ledger.uploads.append(what)

    def downloaded(self, what: str, size: int) -> None:
        """So many bytes come back, which makes the host wait, too, unless it says that it will not."""
        for ledger in self.watchers:
            ledger.downloads.append(what)
            ledger.bytes += size


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


@contextmanager
def page_locked() -> Iterator[None]:
    """Let all host memory be of the kind that the device reads only when it gets to it."""
    MACHINE.page_locked = True
    try:
        yield
    finally:
        MACHINE.page_locked = False


@contextmanager
def little_memory(size: int) -> Iterator[Machine]:
    """Let each GPU have so many bytes, all of them free, and count what is taken."""
    before = MACHINE.memory, MACHINE.used
    MACHINE.memory, MACHINE.used, MACHINE.blocks, MACHINE.counting = size, 0, [], True
    try:
        yield MACHINE
    finally:
        (MACHINE.memory, MACHINE.used), MACHINE.blocks, MACHINE.counting = before, [], False
