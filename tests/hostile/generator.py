"""Makes damaged and hostile model files from good ones, the same ones for the same seed."""

from __future__ import annotations

import io
import json
import marshal
import random
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

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


def everything(seed: int = 0) -> Iterator[Bad]:
    """All of them."""
    dice = random.Random(seed)
    good = good_files()
    for name, content in good.items():
        yield from _turned(dice, name, content)
    yield from _onnx_lies()
    yield from _keras_lies(good["small.keras"])
    yield from _gscope_lies(good["xor.gscope"])


def good_files() -> dict[str, bytes]:
    """The files that the bad ones are made of."""
    from graphscope.app.samples import samples
    from graphscope.model import archive

    xor = next(sample for sample in samples() if sample.name == "xor")
    path = io.BytesIO()
    archive.write(path, xor.model())  # type: ignore[arg-type]
    files = {name: (DATA / name).read_bytes() for name in ("small.keras", "small.h5")}
    return {**files, "xor.gscope": path.getvalue(), "small.onnx": onnx_bytes(onnx_model())}


# ---- bits and ends -------------------------------------------------------------------------------------------


def _turned(dice: random.Random, name: str, content: bytes) -> Iterator[Bad]:
    """Cut off, bits turned, pieces put in, left out, doubled, and zeros."""
    for number in range(30):
        end = 0 if number == 0 else dice.randrange(len(content))
        yield Bad(f"cut off {number}", name, content[:end], refused=number == 0)
    for number in range(45):
        raw = bytearray(content)
        for _ in range(dice.choice((1, 1, 2, 8, 64))):
            raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        yield Bad(f"bits turned {number}", name, bytes(raw), refused=False)
    for number in range(30):
        at, length = dice.randrange(len(content)), dice.choice((1, 4, 16, 256))
        made = {
            0: content[:at] + dice.randbytes(length) + content[at:],
            1: content[:at] + content[at + length :],
            2: content[:at] + b"\xff" * length + content[at + length :],
            3: content[:at] + bytes(length) + content[at + length :],
            4: content[:at] + content[at : at + length] * 3 + content[at:],
        }[number % 5]
        yield Bad(f"pieces {number}", name, made, refused=False)
    yield Bad("of another kind", name, b"\x89PNG\r\n\x1a\n" + bytes(64))
    yield Bad("noise", name, dice.randbytes(4096))


# ---- ONNX ----------------------------------------------------------------------------------------------------


def onnx_model(nodes=None, initializers=None, inputs=None, outputs=None):
    """A small ONNX model, or one of these parts."""
    from onnx import TensorProto, helper, numpy_helper

    dice = np.random.default_rng(0)
    if nodes is None:
        nodes = [
            helper.make_node("Gemm", ["x", "w", "b"], ["h"]),
            helper.make_node("Relu", ["h"], ["r"]),
            helper.make_node("Reshape", ["r", "shape"], ["y"]),
        ]
    if initializers is None:
        initializers = [
            numpy_helper.from_array(dice.normal(size=(3, 4)).astype("float32"), "w"),
            numpy_helper.from_array(np.zeros(4, "float32"), "b"),
            numpy_helper.from_array(np.array([-1, 2], "int64"), "shape"),
        ]
    inputs = inputs or [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3])]
    outputs = outputs or [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "small", inputs, outputs, initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def onnx_bytes(model) -> bytes:
    """As it lies in a file."""
    return model.SerializeToString()


def _onnx_lies() -> Iterator[Bad]:
    from onnx import TensorProto, helper

    node, info = helper.make_node, helper.make_tensor_value_info

    def told(title: str, model, *, refused: bool = True, slow: bool = False, beside=()) -> Bad:
        return Bad(title, "lie.onnx", onnx_bytes(model), refused, slow, beside)

    yield told(
        "a cycle",
        onnx_model([node("Add", ["a", "x"], ["b"]), node("Relu", ["b"], ["a"]), node("Relu", ["a"], ["y"])]),
    )
    yield told("a node that reads itself", onnx_model([node("Relu", ["y"], ["y"])]))
    yield told("a value made twice", onnx_model([node("Relu", ["x"], ["y"]), node("Tanh", ["x"], ["y"])]))
    yield told("nothing makes an input", onnx_model([node("Relu", ["gone"], ["y"])]))
    yield told("nothing makes the output", onnx_model([node("Relu", ["x"], ["z"])]))
    for dims in ([-4], [2**62], [2**31, 2**31, 2**31], [3, 5], [0, -1]):
        tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=dims, raw_data=bytes(48))
        yield told(f"dims {dims}", onnx_model([node("Add", ["x", "w"], ["y"])], [tensor]))
    for kind in (0, 99, -1, TensorProto.STRING, TensorProto.COMPLEX64):
        tensor = TensorProto(name="w", data_type=kind, dims=[3], raw_data=bytes(12))
        yield told(f"a type {kind}", onnx_model([node("Add", ["x", "w"], ["y"])], [tensor]))
    yield from _bombs(told)
    for place in (
        "../secret.bin",
        "/etc/passwd",
        "a/../../secret.bin",
        "\\..\\secret.bin",
        "",
        "x\0y",
        "nowhere.bin",
    ):
        tensor = TensorProto(
            name="w", data_type=TensorProto.FLOAT, dims=[3], data_location=TensorProto.EXTERNAL
        )
        tensor.external_data.add(key="location", value=place)
        model = onnx_model([node("Add", ["x", "w"], ["y"])], [tensor])
        yield told(f"numbers in {place!r}", model, beside=(("../secret.bin", SECRET),))
    for name in (
        "<b>x</b><script>",
        "\u202egnp.exe",
        "a\0b\x1b[31m",
        "x" * 100_000,
        '{"json": true}',
        "가" * 300,
        "\ud800"[:0],
    ):
        model = onnx_model(
            [node("Relu", ["x"], [name or "z"], name=name), node("Tanh", [name or "z"], ["y"])]
        )
        yield told(f"a name {name[:12]!r}", model, refused=False)
    yield told("an attribute of another type", onnx_model([node("Softmax", ["x"], ["y"], axis="one")]))
    yield told("an axis that is not there", onnx_model([node("Softmax", ["x"], ["y"], axis=7)]))
    yield told("too many inputs", onnx_model([node("Relu", ["x"] * 5, ["y"])]))
    yield told("no inputs", onnx_model([node("Add", [], ["y"])]))
    yield told(
        "an unknown operator", onnx_model([node("RunThis", ["x"], ["y"], code="import os")]), refused=False
    )
    model = onnx_model()
    model.opset_import[0].version = 999
    yield told("an opset of the future", model)
    yield told("nested functions", _nested_functions(), slow=True)
    yield told("graphs in graphs", _nested_graphs(60), slow=True)
    deep = onnx_model(
        [node("Relu", ["x" if i == 0 else f"v{i}"], [f"v{i + 1}"]) for i in range(3000)]
        + [node("Relu", ["v3000"], ["y"])]
    )
    yield told("a very long chain", deep, refused=False)
    scalar = info("x", TensorProto.FLOAT, [2**40, 2**40])
    yield told("an input without end", onnx_model([node("Relu", ["x"], ["y"])], [], [scalar]), refused=False)


def _bombs(told) -> Iterator[Bad]:
    """Small files that ask for a great deal of memory."""
    from onnx import helper, numpy_helper

    node = helper.make_node
    size = numpy_helper.from_array(np.array([10**6, 10**6], "int64"), "size")
    scalars = [
        numpy_helper.from_array(np.array(each, "int64"), name)
        for name, each in (("a", 0), ("b", 10**12), ("c", 1))
    ]
    yield told(
        "ConstantOfShape of a billion",
        onnx_model([node("ConstantOfShape", ["size"], ["z"]), node("Relu", ["z"], ["y"])], [size]),
        refused=False,
    )
    yield told(
        "Range of a billion", onnx_model([node("Range", ["a", "b", "c"], ["y"])], scalars), refused=False
    )
    yield told("Tile of a billion", onnx_model([node("Tile", ["x", "size"], ["y"])], [size]), refused=False)
    yield told(
        "Expand of a billion",
        onnx_model([node("Expand", ["x", "size"], ["z"]), node("Relu", ["z"], ["y"])], [size]),
        refused=False,
    )
    pads = numpy_helper.from_array(np.array([0, 0, 10**9, 10**9], "int64"), "pads")
    yield told("Pad of a billion", onnx_model([node("Pad", ["x", "pads"], ["y"])], [pads]), refused=False)
    scales = numpy_helper.from_array(np.array([1e6, 1e6], "float32"), "scales")
    yield told(
        "Resize of a billion",
        onnx_model([node("Resize", ["x", "", "scales"], ["y"])], [scales]),
        refused=False,
    )
    doubling = [node("Concat", [f"v{i}"] * 2, [f"v{i + 1}"], axis=0) for i in range(40)]
    yield told(
        "doubled forty times",
        onnx_model([node("Relu", ["x"], ["v0"]), *doubling, node("Relu", ["v40"], ["y"])]),
        refused=False,
    )
    depth = numpy_helper.from_array(np.array(10**9, "int64"), "depth")
    hot = [node("Cast", ["x"], ["i"], to=7), node("OneHot", ["i", "depth", "values"], ["y"])]
    values = numpy_helper.from_array(np.array([0, 1], "float32"), "values")
    yield told("OneHot of a billion", onnx_model(hot, [depth, values]), refused=False)


def _nested_functions():
    """Each function calls the one before it twice: a few lines that stand for a quarter of a million nodes."""
    from onnx import helper

    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("f", 1)]
    functions = [
        helper.make_function("f", "F0", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])], opsets)
    ]
    for i in range(18):
        calls = [
            helper.make_node(f"F{i}", ["a"], ["m"], domain="f"),
            helper.make_node(f"F{i}", ["m"], ["b"], domain="f"),
        ]
        functions.append(helper.make_function("f", f"F{i + 1}", ["a"], ["b"], calls, opsets))
    model = onnx_model([helper.make_node("F18", ["x"], ["y"], domain="f")], [])
    model.functions.extend(functions)
    model.opset_import.append(helper.make_opsetid("f", 1))
    return model


def _nested_graphs(depth: int):
    from onnx import TensorProto, helper

    out = helper.make_tensor_value_info
    body = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["y0"])], "g0", [], [out("y0", TensorProto.FLOAT, None)]
    )
    for i in range(1, depth):
        choice = helper.make_node("If", ["c"], [f"y{i}"], then_branch=body, else_branch=body)
        body = helper.make_graph([choice], f"g{i}", [], [out(f"y{i}", TensorProto.FLOAT, None)])
        if i > 12:  # both ways double what is written; enough to be deep
            break
    condition = helper.make_tensor_value_info("c", TensorProto.BOOL, [])
    node = helper.make_node("If", ["c"], ["y"], then_branch=body, else_branch=body)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3])
    return onnx_model([node], [], [x, condition])


# ---- Keras ---------------------------------------------------------------------------------------------------


def _keras_lies(good: bytes) -> Iterator[Bad]:
    with zipfile.ZipFile(io.BytesIO(good)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    config = json.loads(members["config.json"])

    def told(
        title: str, changed: dict[str, bytes], *, refused: bool = True, method: int = zipfile.ZIP_STORED
    ) -> Bad:
        return Bad(title, "lie.keras", _zipped({**members, **changed}, method), refused)

    def configured(title: str, change, *, refused: bool = True) -> Bad:
        twin = json.loads(json.dumps(config))
        change(twin["config"])
        return told(title, {"config.json": json.dumps(twin).encode()}, refused=refused)

    yield told("a bomb in the config", {"config.json": b" " * 2**27}, method=zipfile.ZIP_DEFLATED)
    yield told("a config that nests without end", {"config.json": b"[" * 100_000})
    yield told("a config of another kind", {"config.json": b"[1, 2, 3]"})
    yield told("weights that are no HDF5", {"model.weights.h5": b"nonsense" * 100})
    yield told("a member that leads out", {"../../evil": b"x"}, refused=False)
    payload = marshal.dumps(compile(f"open({CANARY!r}, 'w').write('ran')", "evil", "exec"))
    hidden = {
        "class_name": "__lambda__",
        "config": {"code": payload.hex(), "defaults": None, "closure": None},
    }
    lam = {"module": "keras.layers", "class_name": "Lambda", "config": {"name": "evil", "function": hidden}}
    yield configured(
        "bytecode in a Lambda", lambda c: c["layers"].insert(1, {**lam, "name": "evil", "inbound_nodes": []})
    )
    own = {"module": "os", "class_name": "system", "config": {"name": "evil", "command": f"touch {CANARY}"}}
    yield configured(
        "a class of another module",
        lambda c: c["layers"].insert(1, {**own, "name": "evil", "inbound_nodes": []}),
    )
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


CONVOLUTIONS = (
    *(("filters", 10**9), ("filters", -1), ("kernel_size", [10**9, 3]), ("strides", [0, 0]), ("groups", 7)),
    *(("padding", "../x"), ("activation", "__import__('os').system('x')"), ("dilation_rate", "many")),
)


def _set(field: str, value: object, config) -> None:
    config["layers"][1]["config"][field] = value


def _circle(config) -> None:
    layer = config["layers"][1]
    layer["inbound_nodes"][0]["args"][0]["config"]["keras_history"][0] = layer["name"]


def _zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return stream.getvalue()


# ---- GraphScope's own ----------------------------------------------------------------------------------------


def _gscope_lies(good: bytes) -> Iterator[Bad]:
    with zipfile.ZipFile(io.BytesIO(good)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    frame = json.loads(members["model.json"])

    def told(title: str, change, *, refused: bool = True) -> Bad:
        twin = json.loads(json.dumps(frame))
        change(twin)
        return Bad(
            title, "lie.gscope", _zipped({**members, "model.json": json.dumps(twin).encode()}), refused
        )

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
    yield Bad(
        "a bomb of zeros",
        "lie.gscope",
        _zipped({**members, "arrays/0.npy": members["arrays/0.npy"] + bytes(2**28)}, zipfile.ZIP_DEFLATED),
    )
    pickled = (
        b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(128)
        + b"\x80\x04N."
    )
    yield Bad("a pickle in an array", "lie.gscope", _zipped({**members, "arrays/0.npy": pickled}))
