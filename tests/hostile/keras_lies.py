"""Keras files whose config, weights or members are not what Keras writes."""

from __future__ import annotations

import io
import json
import marshal
import zipfile
from collections.abc import Iterator
from functools import partial

from tests.hostile.bad import CANARY, Bad, zipped


def lies(good: bytes) -> Iterator[Bad]:
    with zipfile.ZipFile(io.BytesIO(good)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    config = json.loads(members["config.json"])

    def told(
        title: str, changed: dict[str, bytes], *, refused: bool = True, method: int = zipfile.ZIP_STORED
    ) -> Bad:
        return Bad(title, "lie.keras", zipped({**members, **changed}, method), refused)

    def configured(title: str, change, *, refused: bool = True) -> Bad:
        twin = json.loads(json.dumps(config))
        change(twin["config"])
        return told(title, {"config.json": json.dumps(twin).encode()}, refused=refused)

    yield told("a bomb in the config", {"config.json": b" " * 2**27}, method=zipfile.ZIP_DEFLATED)
    yield told("a config that nests without end", {"config.json": b"[" * 100_000})
    yield told("a config of another kind", {"config.json": b"[1, 2, 3]"})
    yield told("weights that are no HDF5", {"model.weights.h5": b"nonsense" * 100})
    yield told("a member that leads out", {"../../evil": b"x"}, refused=False)
    for title, layer in PROGRAMS.items():
        evil = {**layer, "name": "evil", "inbound_nodes": []}
        yield configured(title, lambda c, evil=evil: c["layers"].insert(1, evil))
    for field, value in CONVOLUTIONS:
        # The size of the filters is that of the weights in the file, so these two change nothing.
        refused = field not in ("filters", "kernel_size")
        yield configured(f"conv with {field} {value}", partial(_set, field, value), refused=refused)
    yield configured(
        "an input without end",
        lambda c: c["layers"][0]["config"].__setitem__("batch_shape", [None, 10**9, 10**9, 1]),
    )
    yield configured("layers in a circle", _circle)
    yield configured(
        "a connection that leads nowhere", lambda c: c.__setitem__("output_layers", [["gone", 0, 0]])
    )
    yield configured(
        "connections of another type", lambda c: c.__setitem__("output_layers", [[{}, [], None]])
    )
    yield configured(
        "a name of HTML", lambda c: c.__setitem__("name", "<img src=x onerror=alert(1)>\u202e"), refused=False
    )


_PAYLOAD = marshal.dumps(compile(f"open({CANARY!r}, 'w').write('ran')", "evil", "exec"))
_HIDDEN = {"class_name": "__lambda__", "config": {"code": _PAYLOAD.hex(), "defaults": None, "closure": None}}
PROGRAMS = {
    "bytecode in a Lambda": {"class_name": "Lambda", "config": {"name": "evil", "function": _HIDDEN}},
    "a class of another module": {
        "module": "os",
        "class_name": "system",
        "config": {"name": "evil", "command": f"touch {CANARY}"},
    },
}
CONVOLUTIONS = (
    *(("filters", 10**9), ("filters", -1), ("kernel_size", [10**9, 3]), ("strides", [0, 0]), ("groups", 7)),
    *(("padding", "../x"), ("activation", "__import__('os').system('x')"), ("dilation_rate", "many")),
)


def _set(field: str, value: object, config) -> None:
    config["layers"][1]["config"][field] = value


def _circle(config) -> None:
    layer = config["layers"][1]
    layer["inbound_nodes"][0]["args"][0]["config"]["keras_history"][0] = layer["name"]
