"""Looks at this computer and says what GraphScope misses on it, each with the line that repairs it."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from graphscope.app import places, system
from graphscope.errors import Sentence

if TYPE_CHECKING:  # only for types: `obstacle_to_window` must not wait for the backends
    from graphscope.backends.probe import Availability

WINDOW_PACKAGES = ("PySide6-Essentials", "pyqtgraph")
PACKAGES = ("numpy", "array-api-compat", "pillow", *WINDOW_PACKAGES)

Versions = Mapping[str, str | None]


@dataclass(frozen=True)
class Problem:
    """Something that keeps GraphScope from working well, and what to do about it."""

    what: Sentence
    fix: Sentence | None = None
    only_window: bool = False  # the command line works all the same


@dataclass(frozen=True)
class Version:
    """A package that GraphScope stands on; its version is None where it is not installed."""

    name: str
    version: str | None


@dataclass(frozen=True)
class Diagnosis:
    """All that was found: the system, the versions, the backends and the problems."""

    system: str
    python: str
    display: bool
    versions: tuple[Version, ...]
    missing_libraries: tuple[str, ...]
    install_line: str | None
    backends: tuple[Availability, ...]
    problems: tuple[Problem, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing keeps the window or the command line from working."""
        return not self.problems


def diagnose() -> Diagnosis:
    """Look at everything; takes about a second, because backends are tried in a process of their own."""
    from graphscope.backends.probe import survey

    libraries = system.missing_libraries()
    versions = installed_versions()
    display = system.has_display()
    return Diagnosis(
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        display=display,
        versions=tuple(Version(name, found) for name, found in versions.items()),
        missing_libraries=tuple(library.soname for library in libraries),
        install_line=system.install_line(libraries, system.package_manager()) if libraries else None,
        backends=survey(),
        problems=(
            *version_problems(versions, sys.version_info[:2]),
            *rival_problems(rivals()),
            *library_problems(libraries, system.package_manager()),
            *display_problems(display=display),
        ),
    )


def obstacle_to_window() -> Problem | None:
    """What would keep a window from opening, found quickly and without loading Qt; None if nothing would.

    A second distribution with a package `graphscope` is no obstacle but a warning: see `rival_problems`.
    """
    libraries = system.missing_libraries()
    found = [
        *version_problems(installed_versions(), sys.version_info[:2]),
        *display_problems(display=system.has_display()),
        *library_problems(libraries, system.package_manager()),
    ]
    return found[0] if found else None


def tell_obstacle_to_window() -> int:
    """Print what would keep a window from opening, for a program that is about to open one; 1 where something would."""
    from graphscope.app.language import words

    found = obstacle_to_window()
    if found is not None:
        told = (words().tell(each) for each in (found.what, found.fix) if each is not None)
        print(" ".join(told))  # noqa: T201
    return int(found is not None)


def installed_versions(names: Iterable[str] = PACKAGES) -> dict[str, str | None]:
    """The installed version of each distribution, None where it is not installed."""
    return {name: _version(name) for name in names}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def rivals() -> tuple[str, ...]:
    """Other installed distributions that bring a package named graphscope too."""
    owners = metadata.packages_distributions().get("graphscope", [])
    return tuple(sorted(set(owners) - {places.DISTRIBUTION}))


def version_problems(versions: Versions, python: tuple[int, int]) -> tuple[Problem, ...]:
    """What is wrong with these versions on this Python: something not installed, or known to be broken."""
    problems = list(_absent([name for name, found in versions.items() if found is None]))
    qt = versions.get("PySide6-Essentials")
    if qt is not None and qt.startswith("6.12.") and python < (3, 12):
        problems.append(
            Problem(
                Sentence(
                    "PySide6 {version} crashes on Python {python} after some thousand calls.",
                    version=qt,
                    python=".".join(map(str, python)),
                ),
                Sentence("Run: {line}", line="python -m pip install 'PySide6-Essentials!=6.12.*'"),
                only_window=True,
            )
        )
    return tuple(problems)


def _absent(names: list[str]) -> Iterator[Problem]:
    """What is not installed: what everything needs, and what only the window needs."""
    needed = [name for name in names if name not in WINDOW_PACKAGES]
    if needed:
        yield Problem(
            Sentence("{names} is expected by GraphScope, but it is not installed.", names=", ".join(needed)),
            Sentence("Run: {line}", line=f"python -m pip install {' '.join(needed)}"),
        )
    if len(needed) < len(names):
        yield Problem(
            Sentence("The window is not installed: this is GraphScope's core, which works without one."),
            Sentence("Run: {line}", line=f"python -m pip install '{places.DISTRIBUTION}[gui]'"),
            only_window=True,
        )


def rival_problems(names: tuple[str, ...]) -> tuple[Problem, ...]:
    """The problem of two distributions that overwrite each other's files."""
    if not names:
        return ()
    return (
        Problem(
            Sentence(
                "{names} also installs a package named graphscope; the two overwrite each other's files.",
                names=", ".join(names),
            ),
            Sentence(
                "Install {ours} in an environment of its own, for example with: {line}",
                ours=places.DISTRIBUTION,
                line=f"pipx install {places.DISTRIBUTION}",
            ),
        ),
    )


def library_problems(
    libraries: tuple[system.Library, ...], manager: system.Manager | None
) -> tuple[Problem, ...]:
    """The problem of system libraries that are not there."""
    if not libraries:
        return ()
    names = ", ".join(library.soname for library in libraries)
    line = system.install_line(libraries, manager)
    return (
        Problem(
            Sentence("The window needs system libraries that are not installed: {names}.", names=names),
            Sentence("Run: {line}", line=line)
            if line is not None
            else Sentence("Install the packages that bring them; their names differ from system to system."),
            only_window=True,
        ),
    )


def display_problems(*, display: bool) -> tuple[Problem, ...]:
    """The problem of a computer without a screen."""
    if display:
        return ()
    return (
        Problem(
            Sentence(
                "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open."
            ),
            Sentence("The command line works without one; try: {line}", line="graphscope steps xor"),
            only_window=True,
        ),
    )


def plain(diagnosis: Diagnosis) -> dict[str, Any]:
    """The diagnosis as data for JSON."""
    return {
        "system": diagnosis.system,
        "python": diagnosis.python,
        "display": diagnosis.display,
        "healthy": diagnosis.healthy,
        "versions": {item.name: item.version for item in diagnosis.versions},
        "missing_libraries": list(diagnosis.missing_libraries),
        "install_line": diagnosis.install_line,
        "backends": [_plain_backend(item) for item in diagnosis.backends],
        "problems": [
            {"what": str(item.what), "fix": _text(item.fix), "only_window": item.only_window}
            for item in diagnosis.problems
        ],
    }


def _plain_backend(backend: Availability) -> dict[str, Any]:
    return {
        "name": backend.name,
        "title": str(backend.title),
        "available": backend.available,
        "reason": _text(backend.reason),
        "fix": _text(backend.fix),
        "devices": [str(device) for device in backend.devices],
    }


def _text(sentence: Sentence | None) -> str | None:
    return None if sentence is None else str(sentence)
