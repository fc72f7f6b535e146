"""Finds the numbers of a layer in the two kinds of HDF5 files that Keras writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from graphscope.errors import ModelError

Path = tuple[str, ...]
"""Where something lies inside a layer: ``("forward_layer", "cell")``."""


MODELS = ("Functional", "Sequential", "Model")
"""The classes whose objects hold layers; the paths of their arrays do not always name them."""


class Weights:
    """The weights of one layer or model. This one has none: the file holds no weights."""

    def inside(self, names: Sequence[tuple[str, str]]) -> list[Weights]:
        """The weights of the layers of a model.

        Args:
            names: class and name of each layer, in order.
        """
        return [self for _ in names]

    def array(self, name: str, number: int, at: Path = ()) -> np.ndarray:
        """One array of this layer.

        Args:
            name: what Keras calls it: "kernel".
            number: which of the arrays at that place it is.
            at: the place in the layer.

        Raises:
            ModelError: it is not there, or not an array of numbers.
        """
        raise _missing(name, at, number)


def _missing(name: str, at: Path, number: int) -> ModelError:
    return ModelError(
        "the file does not hold the weight {name}; save the model again with its weights",
        name="/".join((*at, name)) or str(number),
    )


class Folder(Weights):
    """Weights as they lie in a ``.keras`` file: by the classes of the layers, in order.

    Args:
        group: the HDF5 group of the layer.
    """

    def __init__(self, group: Any) -> None:
        self._group = group

    def inside(self, names: Sequence[tuple[str, str]]) -> list[Weights]:
        found: list[Weights] = []
        seen: dict[str, int] = {}
        for kind, _ in names:
            base = snake(kind)
            count = seen[base] = seen.get(base, -1) + 1
            found.append(self._at(("layers", f"{base}_{count}" if count else base)))
        return found

    def _at(self, path: Path) -> Weights:
        group = self._group
        for name in path:
            if not hasattr(group, "keys") or name not in group:
                return Weights()
            group = group[name]
        return Folder(group)

    def array(self, name: str, number: int, at: Path = ()) -> np.ndarray:
        found = self._at((*at, "vars"))
        if not isinstance(found, Folder) or str(number) not in found._group:  # noqa: SLF001 - one of its kind
            raise _missing(name, at, number)
        return numbers(found._group[str(number)], name)  # noqa: SLF001


class Legacy(Weights):
    """Weights as they lie in an ``.h5`` file: by the names of the layers.

    Args:
        file: the HDF5 file, or a group in it.
        entries: the paths of the arrays of this layer; None for the outermost model.
    """

    def __init__(self, file: Any, entries: Iterable[str] | None = None) -> None:
        self._file = file
        self._entries = None if entries is None else list(entries)

    def inside(self, names: Sequence[tuple[str, str]]) -> list[Weights]:
        return [self._of(kind, name) for kind, name in names]

    def _of(self, kind: str, name: str) -> Weights:
        if self._entries is not None:
            mine = [each for each in self._entries if name in each.split("/")]
            return Legacy(self._file, mine or (self._entries if kind in MODELS else ()))
        model = self._file.get("model_weights", self._file)
        if name not in model:
            return Weights()
        group = model[name]
        told = [
            each.decode() if isinstance(each, bytes) else str(each)
            for each in group.attrs.get("weight_names", ())
        ]
        return Legacy(group, told)

    def array(self, name: str, number: int, at: Path = ()) -> np.ndarray:
        fitting = [each for each in self._entries or () if _called(each) == name and _lies(each, at)]
        if len(fitting) != 1:
            raise _missing(name, at, number)
        return numbers(self._file[fitting[0]], name)


_OLDER = {"output_dense": "attention_output"}
"""Places that had another name in the older files."""


def _called(entry: str) -> str:
    return entry.rpartition("/")[2].partition(":")[0]


def _lies(entry: str, at: Path) -> bool:
    """Whether an array lies where the newer files would have it: ``forward_lstm/lstm_cell/kernel:0``."""
    parts = entry.split("/")
    wanted = [_OLDER.get(each, each).partition("_")[0] for each in at if each not in ("cell", "layer")]
    return all(any(part.startswith(each) for part in parts) for each in wanted)


def numbers(dataset: Any, name: str) -> np.ndarray:
    """An array of floating numbers or integers, as it lies in the file."""
    array = np.asarray(dataset[()])
    if array.dtype.kind not in "fiub":
        raise ModelError("the weight {name} holds no numbers; the file is damaged", name=name)
    return array


def snake(kind: str) -> str:
    """What Keras makes of the name of a class: ``MaxPooling2D`` lies in ``max_pooling2d``."""
    kind = re.sub(r"\W+", "", kind)
    kind = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", kind).lower()
