"""The project keeps its own rules: sizes, module list, and the absence of what must not be there."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".json",
    ".txt",
    ".xml",
    ".svg",
    ".desktop",
    ".cfg",
    ".yml",
    ".yaml",
    ".sh",
    "",
}


def load_dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("graphscope_dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dev = load_dev()


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_and_no_function_is_too_long_to_take_in() -> None:
    assert dev.too_long() == []


def test_a_function_that_is_too_long_is_found() -> None:
    source = "def f():\n" + "    pass\n" * dev.FUNCTION_LINES
    assert dev.long_functions("m.py", ast.parse(source)) == [
        f"m.py:1 f has 51 lines; at most {50} are allowed."
    ]


def test_every_module_says_what_it_is_for_in_one_sentence() -> None:
    lines = dev.module_lines()
    assert lines
    assert [path for path, line in lines.items() if not line.endswith(".")] == []


def test_the_architecture_lists_every_module_with_its_own_words() -> None:
    assert dev.stale_modules() == []


def test_every_python_file_has_a_docstring() -> None:
    missing = [path for path in dev.sources() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    empty = [path for path in missing if path.name == "__init__.py" and not path.read_text("utf-8").strip()]
    assert [path.relative_to(ROOT) for path in missing if path not in empty] == []


def forbidden_texts() -> re.Pattern[str]:
    # Written in pieces, so that this file does not hold what it looks for.
    hosts = ("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "deb" + r"\.debian\.org")
    places = (
        "/" + r"work/",
        "/" + r"tmp/[a-z]",
        "/" + "root/",
        "/" + r"home/[a-z]",
        r"\.\./" + "shared",
        "/" + "opt/",
    )
    return re.compile("|".join((*hosts, *places)))


def test_no_tracked_file_names_a_registry_host_or_a_path_of_one_machine() -> None:
    pattern = forbidden_texts()
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked_files()
        if path.suffix in TEXTS
        for match in pattern.finditer(path.read_text("utf-8", errors="replace"))
    ]
    assert found == []


PROBE = """
import importlib, pkgutil, sys
import graphscope
names = [m.name for m in pkgutil.walk_packages(graphscope.__path__, "graphscope.", onerror=lambda name: None)
         if not m.name.startswith("graphscope.gui")] if {everything} else []
for name in names:
    importlib.import_module(name)
print(sorted({{name.split(".")[0] for name in sys.modules}} & set({unwanted!r})))
"""


def loaded_by_import(unwanted: set[str], *, everything: bool) -> str:
    program = PROBE.format(everything=everything, unwanted=sorted(unwanted))
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_importing_graphscope_alone_loads_neither_qt_nor_an_array_library() -> None:
    unwanted = {"PySide6", "shiboken6", "pyqtgraph", "numpy", "cupy", "torch", "jax", "array_api_strict"}
    assert loaded_by_import(unwanted, everything=False) == "[]"


def test_importing_everything_below_the_window_loads_neither_qt_nor_an_optional_array_library() -> None:
    unwanted = {"PySide6", "shiboken6", "pyqtgraph", "cupy", "torch", "jax", "array_api_strict"}
    assert loaded_by_import(unwanted, everything=True) == "[]"


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_need_no_display_and_no_qt(option: str) -> None:
    program = (
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('PySide6', 'shiboken6'): raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "from graphscope.__main__ import main\n"
        f"sys.exit(main([{option!r}]))\n"
    )
    environment = {"PATH": "", "SYSTEMROOT": "C:\\Windows", "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "graphscope" in result.stdout.lower()
