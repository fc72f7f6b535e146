"""Random generators that depend on a seed and a purpose alone, never on what was drawn before."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np


def generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """A generator for one purpose, such as ``(0, "parameter", "fc1.weight")``.

    The same key gives the same numbers on every machine: it is hashed into the key of Philox
    (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), a counter-based generator.
    """
    key = blake2b(repr((seed, *purpose)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))
