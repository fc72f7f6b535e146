"""Commands on where numbers are made: precision and device; the backends themselves are found when asked for."""

from __future__ import annotations

from graphscope.app.command import Command

COMMANDS = (
    *(
        Command(
            f"precision_{name}",
            title,
            tip,
            "Runtime",
            section=1,
            submenu="Precision",
            when="model",
            checkable=True,
            echo=echo,
        )
        for name, title, tip, echo in (
            ("model", "As the model has it", "Compute with the types that the model gives", "gs.open(model)"),
            (
                "float32",
                "float32",
                "Run from the start with 32-bit numbers: about 7 digits",
                'gs.open(model, dtype="float32")',
            ),
            (
                "float64",
                "float64",
                "Run from the start with 64-bit numbers: about 16 digits",
                'gs.open(model, dtype="float64")',
            ),
        )
    ),
    Command(
        "device",
        "About the device",
        "Say in plain words what computes the numbers",
        "Runtime",
        section=2,
        icon="device",
        when="model",
        echo="$ graphscope doctor",
    ),
    Command(
        "survey",
        "Look for devices again",
        "Try every backend again, in a process of its own",
        "Runtime",
        section=2,
    ),
)
