"""``graphscope.debug``: captures a step where it runs, and opens it in a window that has a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from graphscope.capture.capturing import Asked, captured
from graphscope.errors import BackendError
from graphscope.model import archive

ROOT = str(Path(__file__).resolve().parents[2])
_BEGIN = f"import sys; {ROOT!r} in sys.path or sys.path.insert(0, {ROOT!r}); "
CHECK = (
    f"{_BEGIN}from graphscope.app.doctor import tell_obstacle_to_window; sys.exit(tell_obstacle_to_window())"
)
WINDOW = f"{_BEGIN}from graphscope.__main__ import main; sys.exit(main())"
_PATIENCE = 60
"""Seconds that looking at the computer may take; it takes less than one."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A window that was opened.

    Args:
        file: what it shows; opens again with ``graphscope FILE``.
        process: the window's; it lives on when the program that opened it ends.
    """

    file: Path
    process: subprocess.Popen[Any]

    def __repr__(self) -> str:
        return f"<window of {self.file}>"

    def wait(self) -> None:
        """Until the window is closed."""
        self.process.wait()

    def close(self) -> None:
        """Close the window."""
        self.process.terminate()
        self.process.wait()


def debug(
    model: Any,
    x: Any,
    y: Any = None,
    loss: Callable[..., Any] | None = None,
    *,
    optimizer: Any = None,
    name: str | None = None,
) -> Shown:
    """Capture one training step, as `graphscope.capture` does, and open it in a window; the program goes on.

    Args:
        model: a PyTorch module, in the mode in which it is, or a Keras model.
        x: the batch: one tensor, a tuple of positional arguments, or a dictionary of named ones.
        y: the targets; None where the loss takes the output alone.
        loss: ``loss(output, y)``; None where the model gives its loss.
        optimizer: of ``torch.optim``, with its state as it is.
        name: what the model is called.

    Raises:
        GraphScopeError: it cannot be captured, or no window can open here; one sentence says why and what to do.
    """
    check()
    asked = Asked(model, x, y, loss, optimizer, name)
    folder = Path(mkdtemp(prefix="graphscope-"))
    file = folder / f"{_plain(name or type(model).__name__)}{archive.SUFFIX}"
    captured(asked, file)
    return show(file)


def check() -> None:
    """Refuse early where no window can open.

    Raises:
        BackendError: what is missing, and what to do.
    """
    found = subprocess.run(
        [sys.executable, "-P", "-c", CHECK], capture_output=True, timeout=_PATIENCE, check=False
    )
    if found.returncode:
        raise BackendError(
            'no window can open here: {reason} graphscope.capture(…, save="run.gscope") writes a file that '
            "opens elsewhere",
            reason=found.stdout.decode("utf-8", "replace").strip() or f"exit {found.returncode}.",
        )


def show(file: Path) -> Shown:
    """Open a file in a window that outlives this program."""
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", WINDOW, str(file)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **apart,
    )
    return Shown(file, process)


def _plain(name: str) -> str:
    """A name as a file may be called everywhere."""
    kept = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in name)
    return kept[:60] or "run"
