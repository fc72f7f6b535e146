"""Rebuilds a Keras model, and the models inside it, from what its file says of its layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

from graphscope.errors import ModelError
from graphscope.importers.keras import training
from graphscope.importers.keras.files import Stored, damaged
from graphscope.importers.keras.layer import Call, Layer
from graphscope.importers.keras.layers import rules
from graphscope.importers.keras.tensor import Tensor
from graphscope.importers.keras.weights import MODELS, Weights
from graphscope.model.builder import Builder
from graphscope.model.handle import Handle
from graphscope.model.made_up import made_up
from graphscope.model.model import Model
from graphscope.model.note import Note

SAMPLES = 4
"""So many are made up: one alone would leave a batch norm nothing to compare."""
MOST_NODES = 20_000
"""So many nodes at most are made, those of models inside models included."""
TYPES = {"float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"}


def model(stored: Stored, title: str) -> Model:
    """The model of a file.

    Raises:
        ModelError: it is damaged, or layers of it are not known; one sentence lists them all.
    """
    kind, config = _told(stored.config, title)
    if kind not in MODELS:
        raise ModelError(
            "{file} holds a model of the class {kind}, whose program is not in the file; save a Sequential or "
            "Functional model, or capture a training step of it",
            file=title,
            kind=kind,
        )
    _check_known(kind, config)
    name = str(config.get("name") or title)
    builder = Builder(name)
    network = Network.of(kind, config, stored.weights, builder, trained=bool(stored.compiled.get("loss")))
    inputs = [_input(builder, each) for each in network.inputs]
    outputs = network.call([Tensor(each) for each in inputs])
    handles = [each.whole() for each in outputs]
    for handle in handles:
        builder.output(handle)
    classes = training.attach(builder, stored.compiled, handles, network.penalties)
    made = builder.build()
    feed, told = made_up(made.graph, batch=SAMPLES, targets=classes)
    return replace(made, feed=feed, notes=(Note.of(told),) if told else ())


class Place(NamedTuple):
    """One tensor of a model: which use of which layer made it, and which of its results it is."""

    layer: str
    use: int
    result: int


class Input(NamedTuple):
    """What is known of an input."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str


class Use(NamedTuple):
    """One use of a layer: what it is applied to, as the file tells it."""

    layer: Layer
    number: int
    args: Any
    keywords: Mapping[str, Any]


def _told(layer: Mapping[str, Any], file: str) -> tuple[str, Mapping[str, Any]]:
    kind, config = layer.get("class_name"), layer.get("config")
    if not isinstance(kind, str) or not isinstance(config, dict | list):
        raise damaged("a layer has no class or no config", file)
    # Before 2.3 a Sequential's config was the bare list of its layers.
    return kind, cast("Any", config if isinstance(config, dict) else {"layers": config})


def _check_known(kind: str, config: Mapping[str, Any]) -> None:
    """Refuse layers that nobody here knows, all in one sentence."""
    unknown = Counter(each for each in _kinds(config, 0) if each not in rules() and each not in MODELS)
    if unknown:
        raise ModelError(
            "{kind}: these layers are not computed by GraphScope: {layers}; capture a training step of the model "
            "instead, or leave them out",
            kind=kind,
            layers=", ".join(f"{each} ({count}×)" for each, count in unknown.items()),
        )


def _kinds(config: Mapping[str, Any], depth: int) -> Iterator[str]:
    if depth > 50:
        raise ModelError("models lie in models without end; the file is damaged")
    for layer in config.get("layers", ()):
        kind, inner = _told(layer, "layers")
        yield kind if kind != "InputLayer" else "Functional"
        if kind in MODELS:
            yield from _kinds(inner, depth + 1)


@dataclass(eq=False)
class Network:
    """A model, or a model that is a layer of another one.

    Args:
        uses: every use of a layer, in the order of the file.
        inputs: in the order in which the model takes them.
        outputs: in the order in which it gives them.
    """

    uses: Sequence[Use]
    inputs: Sequence[Input]
    entries: Sequence[Place]
    outputs: Sequence[Place]
    penalties: list[Handle]

    @classmethod
    def of(
        cls, kind: str, config: Mapping[str, Any], weights: Weights, builder: Builder, *, trained: bool,
        frozen: bool = False, penalties: list[Handle] | None = None,
    ) -> Network:  # fmt: skip
        """The model that a config tells of."""
        penalties = [] if penalties is None else penalties
        told = [_told(layer, "layers") for layer in config["layers"]]
        names = [(kind, str(inner.get("name", kind))) for kind, inner in told]
        inside = weights.inside([each for each in names if each[0] != "InputLayer" or kind != "Sequential"])
        if kind == "Sequential":
            skipped = iter(inside)
            inside = [Weights() if each[0] == "InputLayer" else next(skipped) for each in names]
        layers: list[Layer] = []
        for (layer, inner), (_, name), held in zip(told, names, inside, strict=True):
            still = frozen or inner.get("trainable", True) is False
            made = Layer(layer, name, inner, held, builder, trained, still, penalties)
            if layer in MODELS:
                made.inner = cls.of(
                    layer, inner, held, builder, trained=trained, frozen=still, penalties=penalties
                )
            layers.append(made)
        return (_chain if kind == "Sequential" else _graph)(config, layers, penalties)

    def call(self, tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Its outputs for these inputs.

        Raises:
            ModelError: the layers go round in a circle, or are too many.
        """
        if len(tensors) != len(self.entries):
            raise ModelError(
                "a model inside the file takes {wanted} inputs, but is given {given}; the file is damaged",
                wanted=len(self.entries),
                given=len(tensors),
            )
        known = dict(zip(self.entries, tensors, strict=True))
        waiting = list(self.uses)
        while waiting:
            left = [use for use in waiting if not self._try(use, known)]
            if len(left) == len(waiting):
                raise ModelError(
                    "the layer {layer} waits for something that nothing makes; the file is damaged",
                    layer=left[0].layer.name,
                )
            waiting = left
        try:
            return tuple(known[place] for place in self.outputs)
        except KeyError as error:
            raise ModelError(
                "nothing makes the output {name}; the file is damaged", name=str(error)
            ) from error

    def _try(self, use: Use, known: dict[Place, Tensor]) -> bool:
        """Do one use, if all that it is applied to is there."""
        if any(place not in known for place in _places((use.args, use.keywords))):
            return False
        call = Call(
            tuple(known[place] for place in _places(use.args)),
            {name: _filled(value, known) for name, value in use.keywords.items()},
            {i: value for i, value in enumerate(_flat(use.args)) if isinstance(value, (int, float))},
        )
        made = apply(use.layer, call)
        for result, tensor in enumerate(made):
            known[Place(use.layer.name, use.number, result)] = tensor
        return True


def apply(layer: Layer, call: Call) -> tuple[Tensor, ...]:
    """The results of one use of a layer, in a group of its name."""
    builder = layer.builder
    if builder.node_count > MOST_NODES:
        raise ModelError("the layers of the file make more than {most} nodes; it is damaged", most=MOST_NODES)
    with ExitStack() as stack:
        stack.enter_context(builder.scope(layer.name))
        if isinstance(layer.inner, Network):
            return layer.inner.call(call.tensors)
        made = rules()[layer.kind](layer, call)
    return made if isinstance(made, tuple) else (made,)


# ---- Sequential ----------------------------------------------------------------------------------------------


def _chain(config: Mapping[str, Any], layers: list[Layer], penalties: list[Handle]) -> Network:
    entry = Place("", 0, 0)
    first = layers[0] if layers else None
    given = first is not None and first.kind == "InputLayer"
    shape = first.config.get("batch_shape") or first.config.get("batch_input_shape") if first else None
    shape = shape or config.get("build_input_shape")
    inputs = [_input_told(first, shape)] if first is not None else []
    if not inputs:
        raise ModelError("a model of the file has no layers; the file is damaged")
    uses: list[Use] = []
    before = entry
    for layer in layers[1:] if given else layers:
        uses.append(Use(layer, 0, [before], {}))
        before = Place(layer.name, 0, 0)
    return Network(uses, inputs, [entry], [before], penalties)


# ---- Functional ----------------------------------------------------------------------------------------------


def _graph(config: Mapping[str, Any], layers: list[Layer], penalties: list[Handle]) -> Network:
    by_name = {layer.name: layer for layer in layers}
    if len(by_name) != len(layers):
        raise ModelError("two layers of the file have the same name; the file is damaged")
    nodes = {str(each["config"]["name"]): each.get("inbound_nodes", []) for each in config["layers"]}
    uses = [
        Use(by_name[name], number, *_inbound(node))
        for name, told in nodes.items()
        if by_name[name].kind != "InputLayer"
        for number, node in enumerate(told)
    ]
    entries = [_place(each) for each in _listed(config["input_layers"])]
    outputs = [_place(each) for each in _listed(config["output_layers"])]
    inputs = [_input_told(by_name[each.layer], None) for each in entries if each.layer in by_name]
    if not inputs or not outputs:
        raise ModelError("a model of the file has no input or no output; the file is damaged")
    return Network(uses, inputs, entries, outputs, penalties)


def _listed(told: Any) -> list[Any]:
    """Several places, however Keras wrote them: one alone, a list, or by name."""
    if isinstance(told, dict):
        return list(cast("dict[str, Any]", told).values())
    return [told] if told and isinstance(told[0], str) else list(told)


def _place(told: Any) -> Place:
    layer, use, result = told[:3]
    if not isinstance(layer, str) or type(use) is not int or type(result) is not int:
        raise ModelError("a connection of the file leads nowhere; the file is damaged")
    return Place(layer, use, result)


def _inbound(node: Any) -> tuple[Any, Mapping[str, Any]]:
    """What a use is applied to, with a `Place` for each tensor."""
    if isinstance(node, dict):
        told = cast("dict[str, Any]", node)
        return _placed(told.get("args", [])), _placed(told.get("kwargs", {}))
    several = cast("list[Any]", node)
    keywords: Any = several[0][3] if several and len(several[0]) > 3 else {}
    return [_place(each) for each in several], keywords


def _placed(told: Any) -> Any:
    if isinstance(told, list):
        return [_placed(each) for each in cast("list[Any]", told)]
    if not isinstance(told, dict):
        return told
    told = cast("dict[str, Any]", told)
    if told.get("class_name") == "__keras_tensor__":
        return _place(told["config"]["keras_history"])
    return {key: _placed(each) for key, each in told.items()}


def _places(told: Any) -> list[Place]:
    return [each for each in _flat(told) if isinstance(each, Place)]


def _flat(told: Any) -> Iterator[Any]:
    """What lies in lists and dictionaries, from the left to the right."""
    if isinstance(told, Place) or not isinstance(told, (list, tuple, dict)):
        yield told
        return
    for each in cast("Any", told.values() if isinstance(told, dict) else told):
        yield from _flat(each)


def _filled(told: Any, known: Mapping[Place, Tensor]) -> Any:
    if isinstance(told, Place):
        return known[told]
    if isinstance(told, list):
        return [_filled(each, known) for each in cast("list[Any]", told)]
    return told


# ---- inputs --------------------------------------------------------------------------------------------------


def _input_told(layer: Layer, shape: Any) -> Input:
    shape = shape or layer.config.get("batch_shape") or layer.config.get("batch_input_shape")
    if not isinstance(shape, list):
        raise ModelError(
            "the file does not say what shape its input has; build the model before it is saved: "
            "keras.Input(shape), or model.build(shape)"
        )
    sizes = tuple(cast("list[Any]", shape))
    if not sizes or not all(each is None or (type(each) is int and each >= 0) for each in sizes):
        raise ModelError("the input {name} has no shape; the file is damaged", name=layer.name)
    dtype = layer.config.get("dtype", "float32") if layer.kind == "InputLayer" else "float32"
    return Input(
        layer.name if layer.kind == "InputLayer" else "input", sizes, dtype if dtype in TYPES else "float32"
    )


def _input(builder: Builder, told: Input) -> Handle:
    sizes = (
        "batch",
        *(f"{told.name}_{i}" if each is None else each for i, each in enumerate(told.shape[1:], 1)),
    )
    dtype = None if told.dtype == "float32" else told.dtype
    return builder.input(told.name, sizes if told.shape[0] is None else told.shape, dtype=dtype)
