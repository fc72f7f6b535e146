"""GraphScope opens a small neural network and steps through forward, backward and update, both ways."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphscope import ops
    from graphscope.app.opening import open  # noqa: A004
    from graphscope.capture.capturing import capture
    from graphscope.capture.watching import watch
    from graphscope.debug.session import Session, Stop
    from graphscope.debug.showing import debug
    from graphscope.engine.step import Step
    from graphscope.errors import GraphScopeError
    from graphscope.model import initializers, layers, losses, optimizers
    from graphscope.model.builder import Builder
    from graphscope.model.model import Model

_FACES = {
    "Builder": "graphscope.model.builder",
    "GraphScopeError": "graphscope.errors",
    "Model": "graphscope.model.model",
    "Session": "graphscope.debug.session",
    "Step": "graphscope.engine.step",
    "Stop": "graphscope.debug.session",
    "capture": "graphscope",
    "debug": "graphscope",
    "initializers": "graphscope.model",
    "layers": "graphscope.model",
    "losses": "graphscope.model",
    "open": "graphscope.app.opening",
    "ops": "graphscope",
    "optimizers": "graphscope.model",
    "watch": "graphscope.capture.watching",
}
"""Where each public name lives; loaded when it is first used, so that ``--help`` loads next to nothing."""

_MODULES = ("capture", "debug", "initializers", "layers", "losses", "ops", "optimizers")

__all__ = [
    "Builder",
    "GraphScopeError",
    "Model",
    "Session",
    "Step",
    "Stop",
    "capture",
    "debug",
    "initializers",
    "layers",
    "losses",
    "open",
    "ops",
    "optimizers",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("graphscope-debugger")
        except PackageNotFoundError:  # run from its sources without being installed
            return "(not installed)"
    if name not in _FACES:
        raise AttributeError(f"graphscope has no {name}; it has {', '.join(sorted(_FACES))}")
    home = _FACES[name]
    return import_module(f"{home}.{name}") if name in _MODULES else getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
