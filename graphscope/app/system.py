"""Says what a Linux system must have before a window can open, and how to install it.

Standard library only, and loadable by path without anything installed: `dev.py` asks before Qt is there,
because Qt's own answer is an import error at best and an abort of the process at worst.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Manager = Literal["apt-get", "dnf", "pacman"]

MANAGERS: Mapping[Manager, str] = {
    "apt-get": "apt-get install -y",
    "dnf": "dnf install -y",
    "pacman": "pacman -S --needed",
}


@dataclass(frozen=True)
class Library:
    """A shared library that Qt loads, and the package that brings it on three families of systems."""

    soname: str
    apt: str
    dnf: str
    pacman: str
    window: bool = False  # only a real window (X11) needs it; pictures are drawn without

    def package(self, manager: Manager) -> str:
        """The package's name for `manager`."""
        return {"apt-get": self.apt, "dnf": self.dnf, "pacman": self.pacman}[manager]


# Found by installing on a bare Debian 12 and 13 until a window opened. The names for dnf and pacman are
# those of Fedora and Arch.
LIBRARIES: tuple[Library, ...] = (
    Library("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd"),
    Library("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus"),
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2"),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor", window=True),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", window=True),
    Library("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image", window=True),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms", window=True),
    Library(
        "libxcb-render-util.so.0",
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
        window=True,
    ),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb", window=True),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", "libxcb", window=True),
    Library(
        "libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11", window=True
    ),
)


def loads(soname: str) -> bool:
    """Whether the system's loader finds the library and everything that it needs in turn."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_libraries(
    *, window: bool = True, platform: str = sys.platform, loader: Callable[[str], bool] = loads
) -> tuple[Library, ...]:
    """The libraries that Qt needs and this system lacks; none where Qt brings its own (macOS, Windows).

    Args:
        window: also those that only a window on a screen needs, not a picture drawn without one.
        platform: as `sys.platform` gives it.
        loader: says whether a library can be loaded.
    """
    if not platform.startswith("linux"):
        return ()
    wanted = (library for library in LIBRARIES if window or not library.window)
    return tuple(library for library in wanted if not loader(library.soname))


def package_manager(find: Callable[[str], object] = shutil.which) -> Manager | None:
    """The package manager of this system, if it is one whose package names are known here."""
    return next((manager for manager in MANAGERS if find(manager)), None)


def install_line(libraries: Iterable[Library], manager: Manager | None) -> str | None:
    """The command that installs `libraries`, ready to be pasted; None where package names are not known."""
    if manager is None:
        return None
    packages = dict.fromkeys(library.package(manager) for library in libraries)
    return " ".join([as_administrator(MANAGERS[manager]), *packages])


def has_display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a window can be shown: always on macOS and Windows, with X11 or Wayland elsewhere.

    Somebody who sets QT_QPA_PLATFORM to something that needs no screen (offscreen, vnc) knows what they do.
    """
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if platform in {"darwin", "win32"} or (chosen and not chosen.startswith(("xcb", "wayland"))):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def as_administrator(command: str) -> str:
    """The command as somebody who is not root must type it."""
    # Windows has no geteuid; it has no package manager of the table either.
    effective: Callable[[], int] | None = getattr(os, "geteuid", None)
    return command if effective is not None and effective() == 0 else f"sudo {command}"
