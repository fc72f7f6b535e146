"""What is kept of a run that was captured in another framework, besides the model: its own loss and gradients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

Trouble = Literal["", "output", "loss", "gradient", "weight"]
"""What was not finite first, where that is why the step was captured."""


@dataclass(frozen=True, eq=False)
class Captured:
    """A step of another framework, to which GraphScope's own numbers are held.

    Args:
        framework: its name and version: ``"PyTorch 2.13.0"``.
        loss: its loss of this step.
        gradients: its gradient of each parameter, by name.
        recorded: whether the step was recorded call by call because the framework's own export failed.
        classes: for a group (its names joined by "/") the class of the module that it was.
        step: which step of the training loop it was, counted from 1; 0 where nobody counted.
        trouble: what was not finite in it.
    """

    framework: str
    loss: float
    gradients: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    recorded: bool = False
    classes: Mapping[str, str] = field(default_factory=dict[str, str])
    step: int = 0
    trouble: Trouble = ""
