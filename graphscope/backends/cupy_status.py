"""Why CuPy cannot be used here, and what to do: a sentence for every way in which a GPU can be missing."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import distributions
from importlib.util import find_spec
from typing import Any

from graphscope.backends import packages
from graphscope.errors import Sentence

PACKAGE = "cupy"
USUAL_PACKAGE = "cupy-cuda12x"
"""The wheel for CUDA 12, which newer drivers run too."""

WHEELS = re.compile(r"cupy(-cuda\d+x?|-rocm[-\d]+)?")
"""The names under which CuPy is published; each holds the same package, so only one may be installed."""

OLDEST_CUDA, NEWEST_CUDA = 12, 13
"""The CUDA versions for which CuPy 14 is published."""

# cudaError_t, from CUDA's driver_types.h.
MEMORY_ALLOCATION = 2
STUB_LIBRARY = 34
INSUFFICIENT_DRIVER = 35
DEVICES_UNAVAILABLE = 46
NO_DEVICE = 100
SYSTEM_NOT_READY = 802
SYSTEM_DRIVER_MISMATCH = 803
COMPAT_NOT_SUPPORTED = 804


@dataclass(frozen=True)
class Problem:
    """What is wrong, and what to do about it."""

    reason: Sentence
    fix: Sentence


NOT_ON_A_MAC = Problem(
    Sentence("CuPy needs an NVIDIA GPU with CUDA, which no Mac has today."),
    Sentence("Use NumPy here, or a machine with an NVIDIA GPU."),
)
NOT_INSTALLED = Problem(
    packages.not_installed(PACKAGE), packages.install(f'pip install "{USUAL_PACKAGE}[ctk]"')
)
NO_DRIVER = Problem(
    Sentence("CuPy is installed, but no NVIDIA driver was found."),
    Sentence(
        "If this computer has an NVIDIA GPU, install its driver and restart; "
        "a container must be started with access to the GPU."
    ),
)
OTHERS_USE_IT = Sentence(
    "Close the other programs that use the GPU ({command} lists them).", command="nvidia-smi"
)
OUT_OF_MEMORY = Problem(
    Sentence("The GPU has no memory left in which CuPy could start."),
    OTHERS_USE_IT,
)
BY_STATUS = {
    MEMORY_ALLOCATION: OUT_OF_MEMORY,
    STUB_LIBRARY: Problem(
        Sentence("A stub of the CUDA driver was found in place of the driver itself."),
        Sentence("Take the CUDA toolkit's folder of stubs out of LD_LIBRARY_PATH."),
    ),
    DEVICES_UNAVAILABLE: Problem(
        Sentence("The GPU is busy, or reserved for another program."),
        OTHERS_USE_IT,
    ),
    NO_DEVICE: Problem(
        Sentence("The NVIDIA driver is installed, but it found no GPU."),
        Sentence("Check that the GPU is connected, and that CUDA_VISIBLE_DEVICES does not hide it."),
    ),
    SYSTEM_DRIVER_MISMATCH: Problem(
        Sentence(
            "The NVIDIA driver and its library have different versions, as they do right after an update."
        ),
        Sentence("Restart the computer."),
    ),
    SYSTEM_NOT_READY: Problem(
        Sentence("The GPU is there, but the service that connects it is not running."),
        Sentence("Start it with: {command}", command="sudo systemctl start nvidia-fabricmanager"),
    ),
    COMPAT_NOT_SUPPORTED: Problem(
        Sentence(
            "The CUDA compatibility libraries that were found do not work with this GPU and its driver."
        ),
        Sentence(
            "Take the folder of CUDA's “compat” libraries out of LD_LIBRARY_PATH, or update the driver."
        ),
    ),
}
"""The statuses that mean one thing only."""


def examine() -> Problem | None:
    """What keeps CuPy from computing on this machine, or None. Imports CuPy and runs two tiny kernels."""
    if sys.platform == "darwin":
        return NOT_ON_A_MAC
    if find_spec(PACKAGE) is None:
        return NOT_INSTALLED
    found = installed()
    if len(found) > 1:
        return several(found)
    try:
        cupy: Any = import_module(PACKAGE)
    except Exception as error:  # noqa: BLE001 - a broken package may raise anything
        return not_loadable(error)
    return examine_device(cupy)


def installed() -> tuple[str, ...]:
    """The names of the installed packages that hold CuPy."""
    found = {str(distribution.metadata["Name"]).lower() for distribution in distributions()}
    return tuple(sorted(name for name in found if WHEELS.fullmatch(name)))


def examine_device(cupy: Any) -> Problem | None:
    """What the driver says, then whether a matrix product and a compiled kernel really run."""
    runtime = cupy.cuda.runtime
    try:
        if runtime.getDeviceCount() == 0:
            return BY_STATUS[NO_DEVICE]
        one = cupy.ones((2, 2))
        int((one @ one + one).sum())
    except runtime.CUDARuntimeError as error:
        return of_status(
            error.status, str(error), driver=runtime.driverGetVersion(), needed=runtime.runtimeGetVersion()
        )
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception as error:  # noqa: BLE001 - as may a broken CUDA library
        return library_missing(error)
    return None


def of_status(status: int, message: str, *, driver: int, needed: int) -> Problem:
    """The meaning of a CUDA status; versions are as CUDA counts them (12040 is 12.4)."""
    if status == INSUFFICIENT_DRIVER:
        return NO_DRIVER if driver == 0 else driver_too_old(driver, needed, installed())
    if status in BY_STATUS:
        return BY_STATUS[status]
    return Problem(
        Sentence("CUDA reported the error {status}: {message}.", status=status, message=message.rstrip(".")),
        Sentence(
            "Restart the computer; if that does not help, look the number up in NVIDIA's list of CUDA errors."
        ),
    )


def driver_too_old(driver: int, needed: int, names: tuple[str, ...] = ()) -> Problem:
    """A driver for an older CUDA than the one CuPy was built with.

    Args:
        names: the installed packages that hold CuPy; one for another CUDA can take their place.
    """
    other = wheel(driver)
    if driver // 1000 == needed // 1000 or other is None:
        return Problem(
            Sentence(
                "The NVIDIA driver is too old: it supports CUDA {driver}, and CuPy needs CUDA {needed}.",
                driver=version(driver),
                needed=version(needed),
            ),
            Sentence(
                "Update the NVIDIA driver, or install the CuPy package for the CUDA version that it supports."
            ),
        )
    return Problem(
        Sentence(
            "CuPy was built for CUDA {needed}, but the NVIDIA driver supports only CUDA {driver}.",
            driver=version(driver),
            needed=version(needed),
        ),
        Sentence(
            "Run {remove} and then {install}, or update the NVIDIA driver.",
            remove=f"pip uninstall {' '.join(names) or PACKAGE}",
            install=f'pip install "{other}[ctk]"',
        ),
    )


def wheel(driver: int) -> str | None:
    """The package that runs on a driver, by the CUDA version that it supports; None where there is none."""
    major = min(driver // 1000, NEWEST_CUDA)
    return f"cupy-cuda{major}x" if major >= OLDEST_CUDA else None


def several(names: tuple[str, ...]) -> Problem:
    """Wheels that have overwritten each other's files."""
    return Problem(
        Sentence(
            "Several CuPy packages are installed over each other: {packages}.", packages=", ".join(names)
        ),
        Sentence(
            "Remove them all with: {command}, then install one again.",
            command=f"pip uninstall {' '.join(names)}",
        ),
    )


def not_loadable(error: Exception) -> Problem:
    """A package that raises when it is imported."""
    package = next(iter(installed()), USUAL_PACKAGE)
    return Problem(
        packages.not_loadable(PACKAGE, error),
        Sentence(
            "Install it again with: {command}", command=f'pip install --force-reinstall "{package}[ctk]"'
        ),
    )


def library_missing(error: Exception) -> Problem:
    """A driver that works, without the libraries that compile kernels and multiply matrices."""
    package = next(iter(installed()), USUAL_PACKAGE)
    return Problem(
        Sentence(
            "CuPy found the GPU, but could not run a kernel on it: {message}.",
            message=packages.first_line(error),
        ),
        Sentence("Install the CUDA libraries with: {command}", command=f'pip install "{package}[ctk]"'),
    )


def version(number: int) -> str:
    """12040 -> "12.4"."""
    return f"{number // 1000}.{number % 1000 // 10}"
