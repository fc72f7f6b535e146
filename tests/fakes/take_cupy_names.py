"""Writes down what the real CuPy offers: run it where CuPy is installed, with or without a GPU.

python tests/fakes/take_cupy_names.py > tests/fakes/cupy_names.json
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from importlib import import_module
from typing import Any

MODULES = ("cupy", "cupy.linalg", "cupy.fft", "cupy.lib.stride_tricks", "cupyx.scipy.special")


def main() -> None:
    """Print the names and parameters as JSON."""
    cupy: Any = import_module("cupy")
    found = {
        "version": cupy.__version__,
        "modules": {name: public(import_module(name), cupy.ufunc) for name in MODULES},
        "array": public(cupy.ndarray, cupy.ufunc),
        "ufunc": {
            name: described(getattr(cupy.ufunc, name))
            for name in ("accumulate", "at", "outer", "reduce", "reduceat")
        },
    }
    json.dump(found, sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")


def public(holder: Any, ufunc: type) -> dict[str, str]:
    """What each public name is: "ufunc", "type", "value", or a function's parameters in brackets."""
    names = [name for name in dir(holder) if not name.startswith("_")]
    return {name: described(getattr(holder, name), ufunc) for name in names}


def described(thing: Any, ufunc: type | None = None) -> str:
    """One word, or the parameters."""
    if ufunc is not None and (isinstance(thing, ufunc) or type(thing).__name__ == "_GUFunc"):
        return "ufunc"
    if inspect.isclass(thing):
        return "type"
    return parameters(thing) if callable(thing) else "value"


def parameters(function: Any) -> str:
    """``(a, axis=, *, dtype=)``: names only, "=" where there is a default; "(?)" where nothing tells."""
    try:
        listed = [shown(found) for found in inspect.signature(function).parameters.values()]
    except (TypeError, ValueError):  # compiled by Cython: the first line of the docstring is the signature
        return from_docstring(function)
    return f"({', '.join(listed)})"


def shown(found: inspect.Parameter) -> str:
    """One parameter; positional-only ones end in "/"."""
    star = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(found.kind, "")
    mark = {inspect.Parameter.POSITIONAL_ONLY: "/", inspect.Parameter.KEYWORD_ONLY: "!"}.get(found.kind, "")
    default = "" if found.default is inspect.Parameter.empty else "="
    return f"{star}{found.name}{default}{mark}"


def from_docstring(function: Any) -> str:
    """The parameters that Cython embeds in the docstring."""
    first = (function.__doc__ or "").strip().split("\n")[0]
    match = re.match(r"[\w.]+\((.*?)\)(?: ->.*)?$", first)
    if match is None:
        return "(?)"
    listed: list[str] = []
    mark = ""
    for part in (part.strip() for part in match[1].split(",")):
        name = re.match(r"(?:[\w.\[\]]+ )*(\**\w*)", part.split("=")[0].split(":")[0].strip())
        if part == "*":
            mark = "!"
        elif part not in ("self", "/", "") and name is not None:
            listed.append(f"{name[1]}{'=' if '=' in part else ''}{mark}")
            mark = "!" if name[1].startswith("*") else mark
    return f"({', '.join(listed)})"


if __name__ == "__main__":
    main()
