"""Tests for graphscope/app/places.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.app import places
from graphscope.errors import GraphScopeError

OURS = '[project]\nname = "graphscope-debugger"\n'


def make(root: Path, *folders: str, project: str | None = None) -> Path:
    package = root / "graphscope"
    for folder in ("graphscope", *folders):
        (root / folder).mkdir(parents=True, exist_ok=True)
    if project is not None:
        (root / "pyproject.toml").write_text(project, encoding="utf-8")
    return package


def test_assets_and_sample_models_are_found_here() -> None:
    assert (places.assets() / "fonts" / "README.md").is_file()
    assert places.sample_models().is_dir()


def test_a_folder_in_the_package_comes_before_the_checkouts(tmp_path: Path) -> None:
    package = make(tmp_path, "graphscope/assets", "assets", project=OURS)
    assert places._find("assets", package) == package / "assets"


def test_a_checkout_is_used_where_the_package_has_no_folder(tmp_path: Path) -> None:
    package = make(tmp_path, "assets", project=OURS)
    assert places._find("assets", package) == tmp_path / "assets"


@pytest.mark.parametrize("project", [None, '[project]\nname = "another"\n'])
def test_a_folder_beside_the_package_that_is_not_ours_is_left_alone(
    tmp_path: Path, project: str | None
) -> None:
    package = make(tmp_path, "assets", project=project)
    with pytest.raises(GraphScopeError, match="install graphscope-debugger again"):
        places._find("assets", package)
