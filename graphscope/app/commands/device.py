"""Commands on the devices that compute: the panel that tells of them."""

from __future__ import annotations

from graphscope.app.command import Command

COMMANDS = (
    Command(
        "panel_device",
        "Devices",
        "The processor and the GPU: what they are like, and how fast they are",
        "View",
        section=3,
        submenu="Panels",
        icon="device",
        checkable=True,
    ),
)
