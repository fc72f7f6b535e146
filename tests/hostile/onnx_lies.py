"""ONNX files that lie about themselves, ask for too much, or point elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.hostile.bad import SECRET, Bad


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


def lies() -> Iterator[Bad]:
    """All of them."""
    yield from _orders()
    yield from _numbers()
    yield from _bombs()
    yield from _places()
    yield from _names()
    yield from _operators()
    yield from _depths()


def told(title: str, model, *, refused: bool = True, slow: bool = False, beside=()) -> Bad:
    return Bad(title, "lie.onnx", onnx_bytes(model), refused, slow, beside)


def node(*arguments, **attributes):
    from onnx import helper

    return helper.make_node(*arguments, **attributes)


def _orders() -> Iterator[Bad]:
    circle = [node("Add", ["a", "x"], ["b"]), node("Relu", ["b"], ["a"]), node("Relu", ["a"], ["y"])]
    yield told("a cycle", onnx_model(circle))
    longer = [node("Add", ["a", "x"], ["b"]), node("Relu", ["b"], ["c"]), node("Tanh", ["c"], ["a"])]
    yield told("a longer cycle", onnx_model([*longer, node("Relu", ["a"], ["y"])]))
    yield told("a node that reads itself", onnx_model([node("Relu", ["y"], ["y"])]))
    yield told("a value made twice", onnx_model([node("Relu", ["x"], ["y"]), node("Tanh", ["x"], ["y"])]))
    yield told("nothing makes an input", onnx_model([node("Relu", ["gone"], ["y"])]))
    yield told("nothing makes the output", onnx_model([node("Relu", ["x"], ["z"])]))


def _numbers() -> Iterator[Bad]:
    from onnx import TensorProto

    def with_weight(**fields):
        tensor = TensorProto(name="w", **fields)
        return onnx_model([node("Add", ["x", "w"], ["y"])], [tensor])

    for dims in ([-4], [2**62], [2**31, 2**31, 2**31], [3, 5], [0, -1]):
        model = with_weight(data_type=TensorProto.FLOAT, dims=dims, raw_data=bytes(48))
        yield told(f"dims {dims}", model)
    for kind in (0, 99, -1, TensorProto.STRING, TensorProto.COMPLEX64):
        yield told(f"a type {kind}", with_weight(data_type=kind, dims=[3], raw_data=bytes(12)))


PLACES = ("../secret.bin", "/etc/passwd", "a/../../secret.bin", "\\..\\secret.bin", "", "x\0y", "nowhere.bin")


def _places() -> Iterator[Bad]:
    """Weights that lie in a file outside of the model's folder."""
    from onnx import TensorProto

    for place in PLACES:
        outside = TensorProto.EXTERNAL
        tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[3], data_location=outside)
        tensor.external_data.add(key="location", value=place)
        model = onnx_model([node("Add", ["x", "w"], ["y"])], [tensor])
        yield told(f"numbers in {place!r}", model, beside=(("../secret.bin", SECRET),))


NAMES = ("<b>x</b><script>", "\u202egnp.exe", "a\0b\x1b[31m", "x" * 100_000, '{"json": true}', "가" * 300)


def _names() -> Iterator[Bad]:
    for name in NAMES:
        model = onnx_model([node("Relu", ["x"], [name], name=name), node("Tanh", [name], ["y"])])
        yield told(f"a name {name[:12]!r}", model, refused=False)


def _operators() -> Iterator[Bad]:
    yield told("an attribute of another type", onnx_model([node("Softmax", ["x"], ["y"], axis="one")]))
    yield told("an axis that is not there", onnx_model([node("Softmax", ["x"], ["y"], axis=7)]))
    yield told("too many inputs", onnx_model([node("Relu", ["x"] * 5, ["y"])]))
    yield told("no inputs", onnx_model([node("Add", [], ["y"])]))
    run = onnx_model([node("RunThis", ["x"], ["y"], code="import os")])
    yield told("an unknown operator", run, refused=False)
    model = onnx_model()
    model.opset_import[0].version = 999
    yield told("an opset of the future", model)


def _depths() -> Iterator[Bad]:
    from onnx import TensorProto, helper

    yield told("nested functions", _nested_functions(), slow=True)
    yield told("graphs in graphs", _nested_graphs(60), slow=True)
    chain = [node("Relu", [f"v{i}"], [f"v{i + 1}"]) for i in range(1000)]
    ends = node("Relu", ["x"], ["v0"]), node("Relu", ["v1000"], ["y"])
    yield told("a very long chain", onnx_model([ends[0], *chain, ends[1]]), refused=False)
    scalar = helper.make_tensor_value_info("x", TensorProto.FLOAT, [2**40, 2**40])
    model = onnx_model([node("Relu", ["x"], ["y"])], [], [scalar])
    yield told("an input without end", model, refused=False)


def _bombs() -> Iterator[Bad]:
    """Small files that ask for a great deal of memory."""
    from onnx import numpy_helper

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
