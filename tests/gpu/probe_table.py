"""Every question that is asked of the fake CuPy and of a real one, by what it is about."""

from __future__ import annotations

from tests.gpu import probe_devices, probe_numbers, probe_places
from tests.gpu.probes import Groups

GROUPS: Groups = {
    "What comes back": tuple(probe_numbers.results()),
    "Types of numbers": tuple(probe_numbers.promotion()),
    "Empty arrays": tuple(probe_numbers.empty()),
    "NaN, infinity and whole numbers": tuple(probe_numbers.special()),
    "Indices": tuple(probe_places.indices()),
    "Views and copies": tuple(probe_places.views()),
    "Host and device": tuple(probe_devices.crossing()),
    "What makes the host wait": tuple(probe_devices.waits()),
    "The device": tuple(probe_devices.device()),
}
