"""`.gscope` files with classes, fields, arrays and sizes that no model has."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

from tests.hostile.bad import Bad, zipped


def lies(good: bytes) -> Iterator[Bad]:
    with zipfile.ZipFile(io.BytesIO(good)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    frame = json.loads(members["model.json"])

    def told(title: str, change, *, refused: bool = True) -> Bad:
        twin = json.loads(json.dumps(frame))
        change(twin)
        return Bad(title, "lie.gscope", zipped({**members, "model.json": json.dumps(twin).encode()}), refused)

    def graph(f):
        return f["model"]["with"]["graph"]["with"]

    yield told("a class that is not there", lambda f: f["model"].__setitem__("is", "Popen"))
    yield told(
        "an op that is not there", lambda f: graph(f)["nodes"][0]["with"]["op"].__setitem__("op", "system")
    )
    yield told(
        "a field that is not there",
        lambda f: graph(f)["nodes"][0]["with"]["op"]["with"].__setitem__("__class__", 1),
    )
    yield told("a cycle", lambda f: graph(f)["nodes"].reverse())
    yield told("nodes of another type", lambda f: graph(f).__setitem__("nodes", "none"))
    yield told(
        "an array that is not there",
        lambda f: f["model"]["with"]["arrays"]["map"].__setitem__("W1", {"array": 10**9}),
    )
    yield told(
        "an array without end",
        lambda f: f["model"]["with"]["arrays"]["map"].__setitem__(
            "b2", {"array": 0, "shape": [10**6, 10**6]}
        ),
    )
    yield told(
        "an initializer without end",
        lambda f: f["model"]["with"]["arrays"]["map"].__setitem__(
            "W1", {"is": "Constant", "with": {"value": {"float": "nan"}}}
        ),
        refused=False,
    )
    yield told("another version", lambda f: f.__setitem__("version", 10**9))
    yield told("a bomb of names", lambda f: graph(f).__setitem__("name", "x" * 10**6), refused=False)
    yield from _arrays(members)


def _arrays(members: dict[str, bytes]) -> Iterator[Bad]:
    zeros = {**members, "arrays/0.npy": members["arrays/0.npy"] + bytes(2**28)}
    yield Bad("a bomb of zeros", "lie.gscope", zipped(zeros, zipfile.ZIP_DEFLATED))
    head = b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(128)
    pickled = {**members, "arrays/0.npy": head + b"\x80\x04N."}
    yield Bad("a pickle in an array", "lie.gscope", zipped(pickled))
