"""What a bad file is, and how files are put together."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"
CANARY = "graphscope-canary"
"""What a program hidden in a file would write, beside the file."""
SECRET = b"secret of the user"


class Bad(NamedTuple):
    """A file that is not as it should be.

    Args:
        title: what is wrong with it.
        name: what it is called; its ending says which importer it is for.
        refused: whether it must be refused; a flipped bit may leave a good file.
        slow: whether the time that reading may take may be what ends it.
        beside: further files in its folder, by name; "../" leads out of it.
    """

    title: str
    name: str
    content: bytes
    refused: bool = True
    slow: bool = False
    beside: tuple[tuple[str, bytes], ...] = ()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return stream.getvalue()
