"""Makes GraphScope's environment, then runs, tests or checks it: python dev.py run.

    run [MODEL]     open the window (without a display: step XOR here and draw the window to a file)
    test [ARGS]     run the tests; ARGS go to pytest
    check           style, types, floors, sizes, module list
    conformance     run ONNX's operator tests and write docs/conformance.md anew
    bench [ARGS]    compare a training step with PyTorch's
    gpu-check       on a computer with an NVIDIA GPU: install CuPy, check everything on it, write gpu-report/
    doctor          say what is missing on this computer
    modules         write the module list of docs/ARCHITECTURE.md anew
    environment     make the environment with all test tools, and nothing else
    clean           remove the environment and everything else that was made

Standard library only, on Linux, macOS and Windows. The environment is the folder .venv, brought up to date
when pyproject.toml has changed. Python 3.6 can read this file, to say that it is too old: hence the quotes
around types.
"""

import ast
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "graphscope.json"
PICTURE = ROOT / "graphscope-window.png"
ARCHITECTURE = ROOT / "docs" / "ARCHITECTURE.md"
BEGIN, END = "<!-- modules: begin, written by `python dev.py modules` -->", "<!-- modules: end -->"
OLDEST = (3, 11)
TORCH = "torch==2.13.0"  # the tests' oracle; see docs/adr/0001-dependencies.md
FILE_LINES, FUNCTION_LINES = 500, 50
WITHOUT_WINDOW = {"samples", "run", "steps", "show", "check", "doctor", "-h", "--help", "--version"}


class Stop(Exception):  # noqa: N818 - not an error of this program
    """A reason to end, in one readable sentence."""


def main(arguments: "list[str]") -> int:
    """Carry out one command and return the exit status."""
    commands = {
        command.__name__.replace("_", "-"): command
        for command in (run, test, check, conformance, bench, gpu_check, doctor, modules, environment, clean)
    }
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        return 0 if arguments[:1] in ([], ["-h"], ["--help"], ["help"]) else 2
    if sys.version_info < OLDEST:
        return with_newer_python(arguments)
    try:
        return commands[arguments[0]](arguments[1:])
    except Stop as reason:
        print(f"dev.py: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


# ---------------------------------------------------------------- commands


def run(arguments: "list[str]") -> int:
    """Open the window, or do the main job without one where there is no display."""
    ensure(tests=False)
    system = load_system()
    if WITHOUT_WINDOW.intersection(arguments):
        return graphscope(*arguments)
    if not system.has_display():
        return run_without_display(arguments, system)
    refuse_missing_libraries(system, window=True)
    return graphscope(*arguments)


def run_without_display(arguments: "list[str]", system: Any) -> int:
    """Step a sample in the terminal and draw the window that would have opened."""
    sample = next((argument for argument in arguments if not argument.startswith("-")), "xor")
    print(
        "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open: "
        f"here are the steps of one iteration of {sample}, and then a picture of the window.\n",
        flush=True,
    )
    status = graphscope("steps", sample)
    if status:
        return status
    refuse_missing_libraries(system, window=False)
    draw = "import sys, pathlib\nfrom graphscope.gui.application import snapshot\n"
    draw += "snapshot(pathlib.Path(sys.argv[1]), sample=sys.argv[2])"
    status = call([str(python()), "-c", draw, str(PICTURE), sample], QT_QPA_PLATFORM="offscreen")
    if not status:
        print(f"\nA picture of the window at step 12: {PICTURE}")
    return status


def test(arguments: "list[str]") -> int:
    """Run the tests: those that need a real X server on one of their own, the others without a screen."""
    ensure(tests=True)
    if arguments:
        return pytest(*arguments)
    status = 0
    if shutil.which("xvfb-run"):
        xvfb = ("xvfb-run", "-a", "-s", "-screen 0 1600x1000x24 -nolisten tcp")
        status = pytest("-m", "xvfb", "tests/gui", before=xvfb, QT_QPA_PLATFORM="xcb")
    else:
        print("Note: without xvfb-run, the tests that need a real X server are left out.")
    # A process for each processor, with one thread each; in the order of the folders, which end with short files.
    several = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
    rest = pytest(*several, "-m", "not xvfb", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    return rest or (status if status != 5 else 0)  # 5: no test is marked so, which is no failure


def pytest(*arguments: str, before: "tuple[str, ...]" = (), **settings: str) -> int:
    """Run tests. What is compiled is kept: else each process that a test starts compiles the whole package."""
    line = [*before, str(python()), "-m", "pytest", *arguments]
    return call(line, quiet=False, PYTHONDONTWRITEBYTECODE="", **settings)


def check(_: "list[str]") -> int:
    """Hold style, types, floors, sizes and the module list; all are run, whatever fails."""
    ensure(tests=True)
    tools = {
        "ruff check": ["-m", "ruff", "check", "."],
        "ruff format": ["-m", "ruff", "format", "--check", "."],
        "pyright": ["-m", "pyright"],
        "import-linter": ["-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-logo"],
    }
    failed = [name for name, line in tools.items() if not passes(name, line)]
    for name, complaints in (("sizes", too_long()), ("modules", stale_modules())):
        print(f"--- {name}: {'ok' if not complaints else ''}", *complaints, sep="\n", flush=True)
        failed += [name] if complaints else []
    print(f"check: {len(tools) + 2 - len(failed)} passed, {len(failed)} failed", *failed)
    return 1 if failed else 0


def passes(name: str, line: "list[str]") -> bool:
    """Run one tool of `check`."""
    print(f"--- {name}", flush=True)
    return call([str(python()), *line], PYRIGHT_PYTHON_IGNORE_WARNINGS="1") == 0


def conformance(_: "list[str]") -> int:
    """Run ONNX's operator tests and write docs/conformance.md anew."""
    ensure(tests=True)
    return call([str(python()), "-W", "ignore", "-m", "tests.conformance", "--write"])


def bench(arguments: "list[str]") -> int:
    """Run the benchmarks."""
    ensure(tests=True)
    return call([str(python()), "-m", "benchmarks", *arguments])


def gpu_check(arguments: "list[str]") -> int:
    """Check every op, every sample and CuPy's behaviour on the GPU of this computer, and time them."""
    ensure(tests=True)
    return call([str(python()), "-m", "tests.gpu", "--install", *arguments])


def doctor(arguments: "list[str]") -> int:
    """Say what is missing on this computer."""
    ensure(tests=False)
    return graphscope("doctor", *arguments)


def modules(_: "list[str]") -> int:
    """Write the module list of docs/ARCHITECTURE.md anew from the modules' first lines."""
    text = ARCHITECTURE.read_text(encoding="utf-8") if ARCHITECTURE.exists() else "# Architecture\n"
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    if not rest:
        before, after = f"{text.rstrip()}\n\n## Modules\n\n", "\n"
    ARCHITECTURE.parent.mkdir(exist_ok=True)
    ARCHITECTURE.write_text(f"{before}{module_block()}{after}", encoding="utf-8", newline="\n")
    return 0


def environment(_: "list[str]") -> int:
    """Make the environment with all test tools, and nothing else."""
    ensure(tests=True)
    return 0


def clean(_: "list[str]") -> int:
    """Remove what was made: the environment, build outputs, caches."""
    made = [VENV, PICTURE, *(ROOT / name for name in ("build", "dist", "gpu-report"))]
    made += [
        *ROOT.glob(".*_cache"),
        ROOT / ".hypothesis",
        *ROOT.glob("[!.]*/**/__pycache__"),
        ROOT / "__pycache__",
    ]
    for path in made:
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
    return 0


# ---------------------------------------------------------------- the environment


def ensure(*, tests: bool) -> None:
    """Make the environment, or bring it up to date, unless it already is what pyproject.toml asks for."""
    wanted = {
        "pyproject": hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest(),
        "root": str(ROOT),
    }
    have = read_stamp()
    tests = tests or bool(have.get("tests"))
    if python().exists() and have == {**wanted, "tests": tests}:
        return
    make_environment(moved=have.get("root", str(ROOT)) != str(ROOT))
    print("Installing GraphScope and what it needs into .venv (once; a minute or two) …", flush=True)
    if pip("install", "--editable", f"{ROOT}[{'test' if tests else 'gui'}]"):
        raise Stop("pip could not install what GraphScope needs; its reason stands above.")
    if tests:
        install_torch()
    STAMP.write_text(json.dumps({**wanted, "tests": tests}), encoding="utf-8")


def make_environment(*, moved: bool) -> None:
    """Make .venv where it is absent, broken, or was made in another folder."""
    works = python().exists() and not call([str(python()), "-c", "import pip"], quiet=True)
    if works and not moved:
        return
    if importlib.util.find_spec("ensurepip") is None:
        line = load_system().as_administrator("apt-get install -y python3-venv")
        raise Stop(
            "this Python cannot make environments, because its module ensurepip is not installed. "
            f"On Debian and Ubuntu run: {line}"
        )
    print(f"Making the environment {VENV} …", flush=True)
    if call([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        raise Stop(f"the environment could not be made in {VENV}; the reason stands above.")


def install_torch() -> None:
    """Install PyTorch, which some tests compare with; they skip without it, so failing is only a note."""
    find = "import importlib.util as u, sys; sys.exit(u.find_spec('torch') is None)"
    if not call([str(python()), "-c", find], quiet=True):
        return
    # On Linux the registry's build brings gigabytes of CUDA libraries: only a file that pip knows is taken.
    on_linux = sys.platform.startswith("linux")
    failed = on_linux and pip("install", "--no-index", "--no-deps", TORCH, quiet=True)
    if failed or pip("install", TORCH, quiet=True):
        print(
            "Note: PyTorch could not be installed, so the tests that compare with it are skipped. "
            f"To have them too, install a CPU build of {TORCH} into .venv."
        )


def pip(*arguments: str, quiet: bool = False) -> int:
    """Run the environment's pip."""
    common = ["--quiet", "--disable-pip-version-check", "--no-input"]
    return call([str(python()), "-m", "pip", *arguments[:1], *common, *arguments[1:]], quiet=quiet)


def python() -> Path:
    """The environment's interpreter."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def read_stamp() -> "dict[str, object]":
    """What the environment was made from; empty where that is not known."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def with_newer_python(arguments: "list[str]") -> int:
    """Start again with a Python that is new enough, or say that one is needed."""
    for minor in (13, 12, 11, 14):
        found = shutil.which(f"python3.{minor}")
        if found:
            return call([found, str(ROOT / "dev.py"), *arguments])
    have = ".".join(str(number) for number in sys.version_info[:3])
    print(f"dev.py: GraphScope needs Python 3.11 or newer, but this is Python {have}.", file=sys.stderr)
    return 1


# ---------------------------------------------------------------- starting things


def call(line: "list[str]", *, quiet: bool = False, **settings: str) -> int:
    """Run a command in the checkout and return its exit status."""
    output = subprocess.DEVNULL if quiet else None
    finished = subprocess.run(
        line, cwd=str(ROOT), env={**os.environ, **settings}, stdout=output, stderr=output, check=False
    )
    return finished.returncode


def graphscope(*arguments: str) -> int:
    """Run GraphScope in its environment."""
    return call([str(python()), "-m", "graphscope", *arguments])


def load_system() -> Any:
    """The module that knows what a window needs, loaded by its path: nothing need be installed."""
    path = ROOT / "graphscope" / "app" / "system.py"
    spec = importlib.util.spec_from_file_location("graphscope_system", str(path))
    if spec is None or spec.loader is None:
        raise Stop(f"{path} was expected in this checkout, but it cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def refuse_missing_libraries(system: Any, *, window: bool) -> None:
    """Stop with the exact install line where Qt would find a system library missing."""
    missing = system.missing_libraries(window=window)
    if not missing:
        return
    names = ", ".join(library.soname for library in missing)
    line = system.install_line(missing, system.package_manager())
    fix = f"Run: {line}" if line else "Install the packages that bring them (their names differ by system)."
    raise Stop(f"the window needs system libraries that are not installed: {names}. {fix}")


# ---------------------------------------------------------------- what the sources must keep to


def sources() -> "list[Path]":
    """Every Python file of the project."""
    folders = ("graphscope", "tests", "benchmarks", "sample_models", "assets")
    return [ROOT / "dev.py", *sorted(path for name in folders for path in (ROOT / name).rglob("*.py"))]


def too_long() -> "list[str]":
    """A sentence for each file and function that is longer than a reader can take in."""
    complaints: list[str] = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        lines = text.count("\n")
        if lines > FILE_LINES:
            complaints.append(f"{name} has {lines} lines; at most {FILE_LINES} are allowed.")
        complaints += long_functions(name, ast.parse(text))
    return complaints


def long_functions(name: str, tree: ast.Module) -> "list[str]":
    """A sentence for each function of a module that is too long."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                where = f"{name}:{node.lineno} {node.name}"
                found.append(f"{where} has {lines} lines; at most {FUNCTION_LINES} are allowed.")
    return found


def module_lines() -> "dict[str, str]":
    """The first docstring line of every module of the package, by path; empty where there is none."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "graphscope").rglob("*.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        found[path.relative_to(ROOT).as_posix()] = text.split("\n", 1)[0]
    return found


def module_block() -> str:
    """The module list of docs/ARCHITECTURE.md, one table a folder."""
    lines = [BEGIN]
    folder = ""
    for path, sentence in module_lines().items():
        parent, _slash, name = path.rpartition("/")
        if parent != folder:
            folder = parent
            lines += ["", f"**`{parent}/`**", ""]
        lines.append(f"- `{name}`: {sentence}")
    return "\n".join([*lines, "", END])


def stale_modules() -> "list[str]":
    """A sentence where docs/ARCHITECTURE.md does not hold the module list as it is now."""
    complaints = [f"{path} has no docstring." for path, sentence in module_lines().items() if not sentence]
    text = ARCHITECTURE.read_text(encoding="utf-8") if ARCHITECTURE.exists() else ""
    if module_block() not in text:
        complaints.append(
            "docs/ARCHITECTURE.md does not list the modules as they are; run: python dev.py modules"
        )
    return complaints


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
