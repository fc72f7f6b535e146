"""Reads and writes ``.gscope`` files: a zip of one JSON text and arrays as NumPy writes them, and nothing else."""

from __future__ import annotations

import json
from io import BytesIO
from math import prod
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np
from numpy.lib import format as npy

from graphscope.errors import GraphScopeError, ModelError
from graphscope.model import serial
from graphscope.model.model import Model
from graphscope.model.serial import DTYPES, Plain

SUFFIX = ".gscope"
FORMAT, VERSION = "gscope", 1
TEXT = "model.json"
ARRAY = "arrays/{number}.npy"
TEXT_LIMIT = 256 * 2**20
"""More JSON than this is no model that anyone could look at."""
ARRAYS_LIMIT = 4 * 2**30
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold: equal models make equal files."""


def write(path: Path | IO[bytes], model: Model) -> None:
    """Write a model with its numbers and its data.

    Raises:
        ModelError: something in it cannot be written, or the file cannot.
    """
    plain = serial.write(model)
    text = json.dumps(
        {"format": FORMAT, "version": VERSION, "model": plain.told}, ensure_ascii=False, indent=1
    )
    try:
        with ZipFile(path, "w", ZIP_STORED) as file:
            _put(file, TEXT, text.encode("utf-8", "surrogatepass"))
            for number, array in enumerate(plain.arrays):
                _put(file, ARRAY.format(number=number), _bytes(array))
    except OSError as error:
        raise ModelError(
            "{file} cannot be written ({reason}); choose another folder",
            file=str(path),
            reason=error.strerror or type(error).__name__,
        ) from error


def _put(file: ZipFile, name: str, content: bytes) -> None:
    from zipfile import ZipInfo

    file.writestr(ZipInfo(name, _EPOCH), content)


def _bytes(array: np.ndarray) -> bytes:
    stream = BytesIO()
    npy.write_array(stream, np.asarray(array), allow_pickle=False)
    return stream.getvalue()


def read(path: Path) -> Model:
    """The model in a file.

    Raises:
        ModelError: it is damaged, too large, or of a later version.
    """
    try:
        with ZipFile(path) as file:
            told = _text(file, path)
            return serial.read_model(Plain(told, _arrays(file)))
    except GraphScopeError as error:
        raise error.at(path.name) if not error.where else error from None
    except (BadZipFile, OSError, ValueError, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise _damaged(path, str(error) or type(error).__name__) from error
    except (RecursionError, MemoryError) as error:
        raise _damaged(path, type(error).__name__) from error
    except Exception as error:  # what unpacks may raise errors of its own
        raise _damaged(path, f"{type(error).__name__}: {error}") from error


def _damaged(path: Path, reason: str) -> ModelError:
    return ModelError(
        "{file} is damaged or no file of GraphScope ({reason}); save or capture it again",
        file=path.name,
        reason=" ".join(reason.split())[:120],
    )


def _text(file: ZipFile, path: Path) -> Any:
    frame: Any = json.loads(member(file, TEXT, TEXT_LIMIT).decode("utf-8", "surrogatepass"))
    if frame["format"] != FORMAT:
        raise _damaged(path, f"its format is {frame['format']!r:.30}")
    if frame["version"] != VERSION:
        raise ModelError(
            "{file} was written in version {given} of the format, and this GraphScope reads version {own}; "
            "install a newer one",
            file=path.name,
            given=str(frame["version"])[:20],
            own=VERSION,
        )
    return frame["model"]


def _arrays(file: ZipFile) -> tuple[np.ndarray, ...]:
    names = {info.filename for info in file.infolist()}
    found: list[np.ndarray] = []
    left = ARRAYS_LIMIT
    while (name := ARRAY.format(number=len(found))) in names:
        raw = member(file, name, left)
        left -= len(raw)
        found.append(_array(raw, name))
    return tuple(found)


def member(file: ZipFile, name: str, limit: int) -> bytes:
    """The bytes of a member of an archive; what it says of its own size is not believed.

    Raises:
        ValueError: it is larger than ``limit`` bytes.
        KeyError: there is none of that name.
    """
    with file.open(name) as stream:
        raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise ValueError(f"{name} is larger than {limit} bytes")
    return raw


def _array(raw: bytes, name: str) -> np.ndarray:
    """An array laid over its bytes, after its head was checked against them."""
    stream = BytesIO(raw)
    version = npy.read_magic(stream)
    if version == (1, 0):
        shape, fortran, dtype = npy.read_array_header_1_0(stream)
    else:
        shape, fortran, dtype = npy.read_array_header_2_0(stream)
    start = stream.tell()
    if dtype.kind not in DTYPES or prod(shape) * dtype.itemsize != len(raw) - start:
        raise ValueError(f"{name} says {dtype} {shape}, which its bytes are not")
    flat = np.frombuffer(raw, dtype, offset=start)
    return flat.reshape(shape, order="F" if fortran else "C")
