"""Finds the files that come with GraphScope, in an installed package and in a checkout alike."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from graphscope.errors import GraphScopeError

DISTRIBUTION = "graphscope-debugger"

_PACKAGE = Path(__file__).resolve().parents[1]

Folder = Literal["assets", "sample_models"]


def assets() -> Path:
    """The folder of fonts, icons and desktop files."""
    return _find("assets", _PACKAGE)


def sample_models() -> Path:
    """The folder of the bundled models, one folder each."""
    return _find("sample_models", _PACKAGE)


def checkout(package: Path = _PACKAGE) -> Path | None:
    """The root of the checkout that `package` is run from, or None where it is installed."""
    root = package.parent
    try:
        text = (root / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return None
    return root if f'name = "{DISTRIBUTION}"' in text else None


def _find(folder: Folder, package: Path) -> Path:
    # A wheel carries the folders inside the package; an editable install leaves them in the checkout's root.
    roots = (package, checkout(package))
    for root in roots:
        if root is not None and (root / folder).is_dir():
            return root / folder
    raise GraphScopeError(
        "GraphScope's own folder “{folder}” was expected in {place} but is not there; install {name} again.",
        folder=folder,
        place=package,
        name=DISTRIBUTION,
    )
