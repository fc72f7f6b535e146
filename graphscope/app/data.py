"""Reads data from files: NumPy's ``.npy`` and ``.npz``, tables in ``.csv``, and pictures."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from graphscope.errors import InputError, Sentence
from graphscope.model.binding import Found

LARGEST = 2**31
"""Bytes: a larger file is no data for a small model."""
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
MOST_PIXELS = 2**26


def read_all(texts: Iterable[str]) -> tuple[Found, ...]:
    """The data of ``FILE``, ``NAME=FILE`` and ``NAME=FILE.npz::ARRAY``.

    Raises:
        InputError: as `read`.
    """
    return tuple(map(_asked, texts))


def _asked(text: str) -> Found:
    name, separator, file = text.partition("=")
    if not separator or Path(text).is_file():
        name, file = "", text
    file, _, member = file.partition("::")
    if not file:
        raise InputError(
            "data is given as FILE or NAME=FILE, such as x=pictures.npy, not “{text}”", text=text
        )
    return replace(read(Path(file)), name=name, member=member)


def read(path: Path) -> Found:
    """What a file holds.

    Raises:
        InputError: it is not there, of no known kind, or damaged.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            "{file} holds no data that is read here; give a {known} file",
            file=str(path),
            known=", ".join(_READERS),
        )
    try:
        if path.stat().st_size > LARGEST:
            raise _damaged(path, Sentence("it is larger than 2 GB"))
        return replace(reader(path), file=path.name)
    except InputError:
        raise
    except OSError as error:
        raise _damaged(path, error.strerror or type(error).__name__) from error
    except Exception as error:  # whatever a decoder says about what is in the file
        raise _damaged(path, " ".join(str(error).split())[:120] or type(error).__name__) from error


def _damaged(path: Path, reason: Any) -> InputError:
    return InputError(
        "{file} cannot be read as data ({reason}); is it complete?", file=str(path), reason=reason
    )


def _npy(path: Path) -> Found:
    array: Any = _loaded(path)
    if not isinstance(array, np.ndarray):
        raise _damaged(path, Sentence("it is no .npy file"))
    return Found({"": cast("np.ndarray", array)})


def _loaded(path: Path) -> Any:
    """What NumPy reads; its own advice would be to load a pickle."""
    try:
        loaded = cast("Any", np).load(path, allow_pickle=False)
    except ValueError as error:
        raise _damaged(path, Sentence("it holds no plain numbers; save them with numpy.save")) from error
    return loaded


def _npz(path: Path) -> Found:
    with zipfile.ZipFile(path) as file:
        if sum(info.file_size for info in file.infolist()) > LARGEST:
            raise _damaged(path, Sentence("it is larger than 2 GB"))
    with _loaded(path) as arrays:
        return Found({name: arrays[name] for name in arrays.files})


def _csv(path: Path) -> Found:
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row]
    if not rows:
        raise _damaged(path, Sentence("it is empty"))
    head = () if _numeric(rows[0]) else tuple(name.strip() for name in rows[0])
    body = rows[1:] if head else rows
    return Found({"": _table(path, body, len(rows[0]), bool(head))}, head)


def _numeric(row: list[str]) -> bool:
    try:
        [float(each) for each in row]
    except ValueError:
        return False
    return True


def _table(path: Path, rows: list[list[str]], width: int, headed: bool) -> np.ndarray:
    table = np.empty((len(rows), width))
    for number, row in enumerate(rows):
        if len(row) != width or not _numeric(row):
            raise InputError(
                "line {line} of {file} is not {width} numbers; take texts out, or make numbers of them",
                line=number + 1 + headed,
                file=path.name,
                width=width,
            )
        table[number] = [float(each) for each in row]
    return table


def _picture(path: Path) -> Found:
    from PIL import Image

    with Image.open(path) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise _damaged(path, Sentence("it has too many pixels"))
        return Found({"": np.asarray(picture.convert("RGB"))}, picture=True)


_READERS: Mapping[str, Callable[[Path], Found]] = {
    ".npy": _npy,
    ".npz": _npz,
    ".csv": _csv,
    **dict.fromkeys(PICTURES, _picture),
}

SUFFIXES = tuple(_READERS)
"""The endings of files that hold data."""
