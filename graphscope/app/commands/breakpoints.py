"""Commands on breakpoints: setting them, and running to the next one across iterations."""

from __future__ import annotations

from graphscope.app.command import Command

_RUN = (
    Command(
        "continue",
        "Run to a breakpoint",
        "Run across iterations to the next breakpoint or problem; Esc stops it",
        "Run",
        section=5,
        keys=("Alt+F5",),
        icon="breakpoint",
        when="model",
        echo="session.run(iterations=1000)",
    ),
    Command(
        "continue_back",
        "Run back to a breakpoint",
        "Run back across iterations to the breakpoint or problem before; Esc stops it",
        "Run",
        section=5,
        keys=("Alt+Shift+F5",),
        when="back",
        echo="session.run_back(iterations=1000)",
    ),
)

_SET = (
    Command(
        "toggle_breakpoint",
        "Set or remove a breakpoint",
        "Have runs stop at the selection, or no longer",
        "Run",
        section=7,
        submenu="Breakpoints",
        keys=("F9",),
        icon="breakpoint",
        when="selection",
        echo='session.breakpoints.add("node:m2")',
    ),
    Command(
        "toggle_group_breakpoint",
        "Set or remove a breakpoint on the group",
        "Have runs stop where they enter the group of the selection, or no longer",
        "Run",
        section=7,
        submenu="Breakpoints",
        keys=("Shift+F9",),
        when="scope",
        echo='session.breakpoints.add("group:hidden")',
    ),
    Command(
        "enable_breakpoint",
        "Enable or disable the breakpoint",
        "Let runs pass the breakpoint at the selection, or stop there again",
        "Run",
        section=7,
        submenu="Breakpoints",
        keys=("Ctrl+F9",),
        when="selection",
        echo='session.breakpoints.enable("node:m2", enabled=False)',
    ),
    Command(
        "break_on_nan",
        "Stop at the first NaN or infinity",
        "Have runs stop at the first step that makes a number which is not finite",
        "Run",
        section=7,
        submenu="Breakpoints",
        when="model",
        checkable=True,
        echo='session.breakpoints.enable("nan")',
    ),
    Command(
        "clear_breakpoints",
        "Remove all breakpoints",
        "Remove every breakpoint but the one on NaN and infinity",
        "Run",
        section=7,
        submenu="Breakpoints",
        when="model",
        echo="session.breakpoints.clear()",
    ),
    Command(
        "panel_breakpoints",
        "Breakpoints",
        "Where runs stop, and how often they have",
        "View",
        section=3,
        submenu="Panels",
        icon="breakpoint",
        checkable=True,
    ),
)

COMMANDS = (*_RUN, *_SET)
