"""The floors hold: nothing imports what lies above it, Qt stays in the window, ops know no array library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINT = "from importlinter.cli import lint_imports_command as command; command()"


def lint(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", LINT, "--no-cache", "--no-logo", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_import_keeps_to_the_floors() -> None:
    result = lint()
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


def test_an_import_upwards_is_found(tmp_path: Path) -> None:
    package = tmp_path / "house"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "errors.py").write_text("import house.graph\n", encoding="utf-8")
    (package / "graph.py").touch()
    (tmp_path / "contract.toml").write_text(
        '[tool.importlinter]\nroot_package = "house"\n[[tool.importlinter.contracts]]\nname = "floors"\n'
        'type = "layers"\ncontainers = ["house"]\nexhaustive = true\nlayers = ["graph", "errors"]\n',
        encoding="utf-8",
    )
    line = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, '.'); {LINT}",
        "--config",
        "contract.toml",
        "--no-cache",
    ]
    result = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "1 broken" in result.stdout
