"""Reads and writes frames: a short head, one JSON text, then the raw bytes of arrays.

The head is 20 bytes, little-endian: ``GSCP``, the version of this layout, two bytes that are 0, how many bytes
of JSON follow, and how many bytes of arrays follow that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct
from typing import BinaryIO

from graphscope.errors import GraphScopeError

MAGIC = b"GSCP"
VERSION = 1
HEAD = Struct("<4sHHIQ")
TEXT_LIMIT = 256 * 2**20
"""More JSON than this is no answer to anything; half a million nodes need a quarter of it."""
ARRAYS_LIMIT = 4 * 2**30
PIECE = 2**20
"""So many bytes are asked for at a time: what does not come is not made room for."""


class WireError(GraphScopeError):
    """Bytes that are no frame, or a frame that is larger than what was agreed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large the two parts of a frame may be, in bytes; checked before room is made for them."""

    text: int = TEXT_LIMIT
    arrays: int = ARRAYS_LIMIT


def write_frame(stream: BinaryIO, text: bytes, arrays: Sequence[memoryview] = ()) -> None:
    """Write one frame and flush.

    Args:
        text: JSON in UTF-8.
        arrays: what follows it, byte by byte.

    Raises:
        WireError: there is more than a frame can hold.
        OSError: the other side is gone.
    """
    size = sum(array.nbytes for array in arrays)
    _check(len(text), TEXT_LIMIT)
    _check(size, ARRAYS_LIMIT)
    stream.write(HEAD.pack(MAGIC, VERSION, 0, len(text), size) + text)
    stream.writelines(arrays)
    stream.flush()


def read_frame(stream: BinaryIO, limits: Limits = Limits()) -> tuple[bytes, bytearray] | None:
    """The JSON and the bytes of the arrays of the next frame, or None where the stream has ended.

    Raises:
        WireError: what comes is no frame, is too large, or breaks off.
    """
    head = stream.read(HEAD.size)
    if not head:
        return None
    if len(head) < HEAD.size:
        raise WireError("the other side broke off in the middle of a message")
    magic, version, zero, text, arrays = HEAD.unpack(head)
    if magic != MAGIC or zero:
        raise WireError(
            "expected a message of GraphScope, but other text came: {given}; does a program on the other side "
            "print when it starts?",
            given=repr(head[:20])[2:-1],
        )
    if version != VERSION:
        raise WireError(
            "the other side speaks version {given} of the protocol, this one {own}; install the same version",
            given=version,
            own=VERSION,
        )
    _check(text, limits.text)
    _check(arrays, limits.arrays)
    try:
        return bytes(_exactly(stream, text)), _exactly(stream, arrays)
    except MemoryError:
        raise WireError("there is no memory for a message of {size} bytes", size=text + arrays) from None


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise WireError("a message of {size} bytes is larger than {limit}", size=size, limit=limit)


def _exactly(stream: BinaryIO, size: int) -> bytearray:
    """So many bytes; room is made as they come."""
    found = bytearray()
    while len(found) < size:
        piece = stream.read(min(size - len(found), PIECE))
        if not piece:
            raise WireError("the other side broke off in the middle of a message")
        found += piece
    return found
