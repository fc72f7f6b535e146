"""The curves of a run: the loss and the norm of each parameter's gradient, kept for every iteration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any, cast

import numpy as np

from graphscope.backends.base import Backend
from graphscope.engine.sizes import bytes_of

BLOCK = 256
"""So many iterations at most wait to be reduced to numbers together: one call for all costs little each."""
WAITING = 2**20
"""Bytes of arrays that may wait."""
FIRST = 16
"""Room for so many rows at the beginning; it doubles whenever it is full."""
FETCHED = 64
"""So many tables at most stay on a device."""
STACKED = 4096
"""Larger arrays are reduced one by one: stacking would copy them."""
LOW, HIGH = 1e-30, 1e30
"""Between these a sum of squares in single precision has neither overflowed nor lost what is small."""

Held = tuple[Any, ...]
"""What an iteration leaves: its loss and the gradient of each parameter, on their device, None where absent.

While it waits, the norm of a large gradient may stand in its place, as a plain number."""


@dataclass(frozen=True, eq=False)
class Curves:
    """What is known of finished iterations for ever, one row an iteration.

    Args:
        first: the number of the iteration of the first row.
        loss: the loss at its end; NaN in a model without one.
        norms: for each parameter that gets a gradient the L2 norm of it; NaN where it was absent.
    """

    first: int
    loss: np.ndarray
    norms: Mapping[str, np.ndarray]

    @property
    def iterations(self) -> np.ndarray:
        """The number of the iteration of each row."""
        return np.arange(self.first, self.first + len(self.loss))


class CurveLog:
    """Writes curves as a run goes on. A fork shares what was written before it.

    Args:
        names: the parameters whose gradients are watched.
        past: what other logs wrote before this one begins.
    """

    def __init__(self, backend: Backend, names: tuple[str, ...], past: tuple[np.ndarray, ...] = ()) -> None:
        self.backend = backend
        self.names = names
        self._past = past
        self._before = sum(map(len, past))
        self._rows = np.empty((FIRST, 1 + len(names)))
        self._written = 0
        self._waiting: list[Held] = []
        self._on_device: list[tuple[int, Any]] = []
        self._block = 0
        self._large: tuple[int, ...] | None = None

    def __len__(self) -> int:
        """How many iterations have been noted."""
        reduced = sum(count for count, _ in self._on_device)
        return self._before + self._written + reduced + len(self._waiting)

    @property
    def bytes(self) -> int:
        """The memory that it takes by itself."""
        return self._rows.nbytes

    def note(self, held: Held) -> None:
        """Write down one more iteration."""
        if self.backend.name == "numpy":
            held = self._lightened(held)
        if not self._block:
            size = bytes_of(each for each in held if type(each) is not float)
            self._block = max(1, min(BLOCK, WAITING // max(1, size)))
        self._waiting.append(held)
        if len(self._waiting) >= self._block:
            self._reduce()

    def _lightened(self, held: Held) -> Held:
        """With the norms of large gradients, which then need not wait: they are still in the processor's cache."""
        if self._large is None:
            sizes = enumerate(0 if each is None else each.size for each in held)
            self._large = tuple(column for column, size in sizes if size > STACKED)
        if not self._large:
            return held
        light = list(held)
        with self.backend.xp.errstate():
            for column in self._large:
                light[column] = None if light[column] is None else _norm(light[column])
        return tuple(light)

    def since(self, first: int) -> Curves:
        """The rows from iteration ``first`` on."""
        self._settle()
        first = min(max(first, 0), len(self))
        rows = self._table(first)
        rows.setflags(write=False)
        return Curves(first, rows[:, 0], {name: rows[:, column] for column, name in enumerate(self.names, 1)})

    def forked(self, count: int, backend: Backend) -> CurveLog:
        """A log that begins with the first ``count`` rows of this one and goes on with a backend."""
        self._settle()
        past: list[np.ndarray] = []
        for part in (*self._past, self._rows[: self._written]):
            past.append(part[:count])
            count -= len(past[-1])
        return CurveLog(backend, self.names, tuple(part for part in past if len(part)))

    def _table(self, first: int) -> np.ndarray:
        """All rows from ``first`` on in one array of its own."""
        parts: list[np.ndarray] = []
        for part in (*self._past, self._rows[: self._written]):
            parts.append(part[first:])
            first = max(0, first - len(part))
        return np.concatenate(parts)

    # ---- from arrays to numbers ---------------------------------------------------------------------------

    def _reduce(self) -> None:
        """Make numbers of the arrays that wait; numbers on a device are fetched later, many at once."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        with self.backend.xp.errstate():
            if self.backend.device == "cpu":
                self._write(table_on_host([self._at_hand(held) for held in waiting]))
                return
            table = _table_on_device(self.backend.xp, zip(*waiting, strict=True))
            self._on_device.append((len(waiting), table))
        if len(self._on_device) >= FETCHED:
            self._fetch()

    def _at_hand(self, held: Held) -> Held:
        """The same as arrays of NumPy, which share the memory of a library on the same processor."""
        if self.backend.name == "numpy":
            return held
        return tuple([None if each is None else self.backend.get(each) for each in held])

    def _fetch(self) -> None:
        """Bring what was reduced on the device to the host."""
        found, self._on_device = self._on_device, []
        for count, table in found:
            self._write(self.backend.get(table).reshape(-1, count).T)

    def _settle(self) -> None:
        self._reduce()
        self._fetch()

    def _write(self, rows: np.ndarray) -> None:
        until = self._written + len(rows)
        if until > len(self._rows):
            wider = np.empty((max(until, 2 * len(self._rows)), self._rows.shape[1]))
            wider[: self._written] = self._rows[: self._written]
            self._rows = wider
        self._rows[self._written : until] = rows
        self._written = until


def table_on_host(rows: Sequence[Held]) -> np.ndarray:
    """The loss and the norms of each row, in double precision; NaN where there is no array."""
    table = np.full((len(rows), len(rows[0])), np.nan)
    kinds: dict[np.dtype[Any], list[int]] = {}
    for column, array in enumerate(rows[0]):
        if array is None:
            continue
        if type(array) is float:  # a norm already; NumPy's own scalars are floats too
            table[:, column] = [row[column] for row in rows]
        elif not 0 < array.size <= STACKED:
            table[:, column] = [_norm(row[column]) for row in rows]
        else:
            kinds.setdefault(array.dtype, []).append(column)
    for kind, columns in kinds.items():
        flat, starts = _joined(rows, columns, kind)
        table[:, columns] = np.sqrt(np.add.reduceat(flat * flat, starts, axis=1))
        if columns[0] == 0:
            table[:, 0] = flat[:, 0]
    return table


def _joined(rows: Sequence[Held], columns: list[int], kind: np.dtype[Any]) -> tuple[np.ndarray, list[int]]:
    """Small arrays of one type side by side, row by row, in double precision, and where each starts.

    Bytes are joined, since that costs a tenth of what NumPy takes for it.
    """
    if len(columns) == len(rows[0]):
        arrays = list(chain.from_iterable(rows))
    else:
        arrays = [row[column] for row in rows for column in columns]
    starts = [0, *accumulate(rows[0][column].size for column in columns)][:-1]
    try:
        joined = b"".join(cast("list[bytes]", arrays))
    except TypeError:  # one of them does not lie in memory in one piece
        joined = b"".join([each.tobytes() for each in arrays])
    return np.frombuffer(joined, kind).reshape(len(rows), -1).astype(np.float64), starts


def _norm(array: np.ndarray) -> float:
    """The norm of one array: quick in its own precision, and in double where that is not enough."""
    flat = array.reshape(-1)
    if flat.dtype.itemsize >= 4:
        square = float(np.dot(flat, flat))
        if LOW < square < HIGH:
            return square**0.5
    wide = flat.astype(np.float64)
    return float(np.sqrt(np.dot(wide, wide)))


def _table_on_device(xp: Any, columns: Iterable[Sequence[Any]]) -> Any:
    """The same as one flat array on the device, column after column."""
    loss, *gradients = columns
    absent = xp.reshape(xp.asarray(np.nan, dtype=xp.float32), (1,))
    made = [absent if each is None else xp.reshape(each, (1,)) for each in loss]
    made += [absent if each is None else _norm_on_device(xp, each) for column in gradients for each in column]
    widest = xp.float64 if any(each.dtype == xp.float64 for each in made) else xp.float32
    return xp.concat([xp.astype(each, widest, copy=False) for each in made])


def _norm_on_device(xp: Any, array: Any) -> Any:
    flat = xp.reshape(array, (-1,))
    if flat.dtype not in (xp.float32, xp.float64):
        flat = xp.astype(flat, xp.float32)
    return xp.reshape(xp.sqrt(xp.sum(flat * flat)), (1,))


def picker(cells: tuple[int, ...]) -> Callable[[list[Any]], Held]:
    """Fetches what is noted of an iteration from its cells; a negative cell stands for nothing."""
    if len(cells) > 1 and min(cells) >= 0:
        from operator import itemgetter

        return cast("Callable[[list[Any]], Held]", itemgetter(*cells))
    return lambda found: tuple([None if cell < 0 else found[cell] for cell in cells])
