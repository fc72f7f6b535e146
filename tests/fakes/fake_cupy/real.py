"""What the real CuPy offers, as written down by `take_cupy_names.py`."""

from __future__ import annotations

import inspect
import json
from functools import cache
from pathlib import Path
from typing import Any

VALUE, TYPE, UFUNC = "value", "type", "ufunc"


@cache
def data() -> dict[str, Any]:
    """The whole list."""
    path = Path(__file__).parent.parent / "cupy_names.json"
    return json.loads(path.read_text(encoding="utf-8"))


def names(module: str) -> dict[str, str]:
    """The public names of a module, and what each is."""
    return data()["modules"][module]


def methods() -> dict[str, str]:
    """The same of an array."""
    return data()["array"]


def signature(parameters: str) -> inspect.Signature | None:
    """The parameters as Python knows them; None where the list does not know them."""
    inner = parameters[1:-1]
    if inner == "?":
        return None
    return inspect.Signature([_parameter(text) for text in inner.split(", ") if text])


def _parameter(text: str) -> inspect.Parameter:
    kinds = {"/": inspect.Parameter.POSITIONAL_ONLY, "!": inspect.Parameter.KEYWORD_ONLY}
    kind = kinds.get(text[-1], inspect.Parameter.POSITIONAL_OR_KEYWORD)
    text = text.rstrip("/!")
    if text.startswith("*"):
        kind = inspect.Parameter.VAR_KEYWORD if text.startswith("**") else inspect.Parameter.VAR_POSITIONAL
    default = None if text.endswith("=") else inspect.Parameter.empty
    return inspect.Parameter(text.strip("*="), kind, default=default)


def check_call(name: str, parameters: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    """Raise what the real function would raise for parameters that it does not have."""
    known = signature(parameters)
    if known is None:
        return
    try:
        known.bind(*arguments, **options)
    except TypeError as error:
        message = f"CuPy {data()['version']}: {name}{parameters} cannot be called so: {error}"
        raise TypeError(message) from None
