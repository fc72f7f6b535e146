"""Opens the two kinds of Keras files: a zip of texts and weights, and the older single HDF5 file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from zipfile import ZipFile, is_zipfile

from graphscope.errors import GraphScopeError, ModelError
from graphscope.importers.keras.weights import Folder, Legacy, Weights
from graphscope.model.archive import member

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
"""The members of a ``.keras`` file that are read, by these names and no others."""
CONFIG_LIMIT, WEIGHTS_LIMIT = 64 * 2**20, 4 * 2**30
"""Bytes."""


@dataclass(frozen=True, eq=False)
class Stored:
    """What a file holds.

    Args:
        config: the outermost layer as Keras tells it: its class, its own config.
        compiled: loss and optimizer as Keras tells them; empty where the model was not compiled.
        weights: the numbers.
    """

    config: Mapping[str, Any]
    compiled: Mapping[str, Any]
    weights: Weights


def load(path: Path) -> Stored:
    """What a file holds.

    Raises:
        ModelError: it is damaged, or no file of Keras.
    """
    try:
        return _zipped(path) if is_zipfile(path) else _legacy(path)
    except (GraphScopeError, MemoryError, RecursionError):
        raise
    except Exception as error:  # what unpacks and parses raises errors of all kinds
        raise damaged(f"{type(error).__name__}: {error}", path.name) from error


def damaged(reason: str, file: str) -> ModelError:
    """The error for a file that is not what Keras writes."""
    return ModelError(
        "{file} is damaged or no file of Keras ({reason}); save the model again, or copy the file again",
        file=file,
        reason=" ".join(reason.split())[:120],
    )


def _zipped(path: Path) -> Stored:
    with ZipFile(path) as file:
        config = json.loads(member(file, CONFIG, CONFIG_LIMIT))
        raw = member(file, WEIGHTS, WEIGHTS_LIMIT) if WEIGHTS in file.namelist() else b""
    if not isinstance(config, dict):
        raise damaged("its config is no object", path.name)
    told = cast("dict[str, Any]", config)
    return Stored(told, told.get("compile_config") or {}, Folder(_opened(raw)) if raw else Weights())


def _opened(raw: bytes) -> Any:
    import pyfive  # pyright: ignore[reportMissingTypeStubs]

    return pyfive.File(BytesIO(raw))


def _legacy(path: Path) -> Stored:
    file = _opened(path.read_bytes())
    told = file.attrs.get("model_config")
    if told is None:
        raise ModelError(
            "{file} holds weights but no architecture; save the whole model: model.save(…), not save_weights(…)",
            file=path.name,
        )
    compiled = file.attrs.get("training_config")
    return Stored(json.loads(_text(told)), json.loads(_text(compiled)) if compiled else {}, Legacy(file))


def _text(told: Any) -> str:
    return told.decode("utf-8") if isinstance(told, bytes) else str(told)
