"""Installs the CuPy that the NVIDIA driver of this computer can run; nothing where there is no driver."""

from __future__ import annotations

import ctypes
import importlib
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec

from graphscope.backends.cupy_status import version, wheel

DRIVERS = {"win32": "nvcuda.dll"}
DRIVER = "libcuda.so.1"
OLDEST = ">=14"
"""As the extra `cupy` in pyproject.toml."""


def driver_version() -> int:
    """The CUDA version that the driver supports, as CUDA counts (12040 is 12.4); 0 where there is no driver."""
    try:
        driver = ctypes.CDLL(DRIVERS.get(sys.platform, DRIVER))
        found = ctypes.c_int(0)
        failed = driver.cuDriverGetVersion(ctypes.byref(found))
    except (OSError, AttributeError):
        return 0
    return 0 if failed else found.value


def install(say: Callable[[str], None]) -> str:
    """Install CuPy where it is missing; why that cannot be, in one sentence, or ""."""
    if find_spec("cupy") is not None:
        return ""
    driver = driver_version()
    if driver == 0:
        return (
            "No NVIDIA driver was found on this computer, so there is no GPU to check; nothing was installed."
        )
    package = wheel(driver)
    if package is None:
        return f"The NVIDIA driver supports CUDA {version(driver)}, which is too old for CuPy 14; update the driver."
    say(f"installing {package} (some gigabytes with the CUDA libraries) …")
    line = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", f"{package}[ctk]{OLDEST}"]
    if subprocess.run(line, check=False).returncode:
        return f"pip could not install {package}; its reason stands above."
    importlib.invalidate_caches()
    return ""
