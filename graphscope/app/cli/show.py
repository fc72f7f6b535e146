"""``graphscope show``: draws the graph into a file, without a display."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from graphscope.app.cli.common import add_model, open_session
from graphscope.app.cli.parser import count
from graphscope.app.language import words
from graphscope.errors import InputError

if TYPE_CHECKING:
    from graphscope.debug.session import Session
    from graphscope.view.palette import ThemeName

HELP = "draw the graph into an SVG, PNG or PDF file"

FORMATS = (".svg", ".png", ".pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model, the file, and the step at which it is drawn."""
    tr = words()
    add_model(parser)
    parser.add_argument("--out", required=True, metavar="FILE", help=tr("an .svg, .png or .pdf file"))
    parser.add_argument(
        "--at",
        type=count,
        metavar="STEP",
        help=tr("draw it after so many steps; after one iteration if left out"),
    )
    parser.add_argument("--theme", choices=["light", "dark", "contrast"], default="light", help=tr("colours"))


def execute(arguments: argparse.Namespace) -> int:
    """Step there and draw."""
    path = Path(arguments.out)
    if path.suffix.lower() not in FORMATS:
        raise InputError(
            "a picture is written as {known}, not “{given}”", known=", ".join(FORMATS), given=path.suffix
        )
    with open_session(arguments) as session:
        session.seek(len(session.iteration_steps) if arguments.at is None else arguments.at)
        drawing = _svg(session, arguments.theme)
    try:
        if path.suffix.lower() == ".svg":
            path.write_text(drawing, encoding="utf-8", newline="\n")
        else:
            _convert(drawing, path)
    except OSError as error:
        raise InputError(
            "{file} cannot be written ({reason}); choose another place",
            file=str(path),
            reason=error.strerror or "",
        ) from None
    return 0


def _svg(session: Session, theme: ThemeName) -> str:
    from graphscope.exporters import svg
    from graphscope.view.frames import frame_groups
    from graphscope.view.layout import Layered
    from graphscope.view.palette import THEMES
    from graphscope.view.picture.faces import Faces
    from graphscope.view.picture.look import Look
    from graphscope.view.picture.place import picture, request
    from graphscope.view.picture.scene import scene
    from graphscope.view.picture.structure import structure

    text = words()
    model = replace(session.model, graph=session.graph)
    made = structure(model, session.specs, frame_groups(session.graph), text)
    placed = picture(made, Layered().layout(request(made)))
    drawn = scene(placed, Faces(made, session.moment()), Look(THEMES[theme], text))
    return svg.svg(drawn, title=session.model.name)


def _convert(drawing: str, path: Path) -> None:
    """Have Qt turn the SVG into PNG or PDF, in a process of its own: the command line stays without Qt."""
    with TemporaryDirectory() as folder:
        source = Path(folder) / "picture.svg"
        source.write_text(drawing, encoding="utf-8")
        line = [sys.executable, "-m", "graphscope.gui.vector", str(source), str(path)]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InputError(
            "{file} could not be drawn: {reason}; .svg works without Qt",
            file=str(path),
            reason=(done.stderr.strip().splitlines() or [""])[-1],
        )
