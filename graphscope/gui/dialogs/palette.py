"""The command palette: any command by a few letters of its title, in the language shown or in English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphscope.app.command import REASONS, Command, command, commands
from graphscope.gui.dialogs.finder import Finder
from graphscope.gui.dialogs.matching import match
from graphscope.gui.dialogs.rows import Row
from graphscope.view.text import Text

if TYPE_CHECKING:
    from graphscope.gui.window import Window

REMEMBERED = 5
"""How many commands stand on top of the empty palette."""
SPELLED = 3
"""From so many letters on they are looked for in what commands do, too."""
CLEAR = 450
"""From such a score a letter on a title is what was meant; below, its letters are scattered by chance."""
KEPT = "palette"
"""Where the settings keep them."""


def title(of: Command, text: Text) -> str:
    """A command with its submenu, as it is understood outside its menu: ``Theme: Dark``."""
    own = text(of.title)
    return f"{text(of.submenu)}: {own}" if of.submenu else own


def described(of: Command, query: str, text: Text) -> bool:
    """Whether what a command does is said in the words that are asked for: “korean” finds 한국어."""
    asked = query.casefold().strip()
    return len(asked) >= SPELLED and any(asked in tip.casefold() for tip in (of.tip, text(of.tip)))


@dataclass(frozen=True)
class Palette:
    """Lists the commands of a window."""

    window: Window

    def open(self) -> Finder:
        """Show it."""
        text = self.window.desk.text
        finder = Finder(
            self.window.desk,
            self.window,
            self.rows,
            title=text("Command palette"),
            hint=text("Type a few letters of a command"),
            nothing=text("No command has these letters in this order."),
        )
        finder.open()
        return finder

    def rows(self, query: str) -> Sequence[Row]:
        """What fits a query, the best first; without one the commands used last, then all in menu order."""
        listed = [each for each in commands() if each.id != "palette"]
        if not query.strip():
            recent = self.recent()
            rest = [each for each in listed if each not in recent]
            first = [self._row(each) for each in recent]
            return [*first, *(self._row(each, opens=bool(first) and each is rest[0]) for each in rest)]
        text, english = self.window.desk.text, Text("en")
        found = [(match(query, title(each, text), title(each, english)), each) for each in listed]
        fitting = [(fit, each) for fit, each in found if fit is not None]
        fitting.sort(key=lambda pair: -pair[0].score)
        letters = len("".join(query.split()))
        clear = [(fit, each) for fit, each in fitting if fit.score >= CLEAR * letters]
        taken = {each.id for _, each in clear}
        told = [each for each in listed if each.id not in taken and described(each, query, text)]
        taken |= {each.id for each in told}
        rest = [(fit, each) for fit, each in fitting if each.id not in taken]
        named, scattered = (
            [self._row(each, places=fit.places) for fit, each in part] for part in (clear, rest)
        )
        return [*named, *(self._row(each) for each in told), *scattered]

    def _row(self, of: Command, *, places: tuple[int, ...] = (), opens: bool = False) -> Row:
        text, action = self.window.desk.text, self.window.orders[of.id]
        possible = action.isEnabled()
        return Row(
            title(of, text),
            lambda: self.run(of),
            note=text(of.menu) if possible else str(text.tell(REASONS[of.when])),
            lead="✓" if action.isChecked() else "",
            keys=of.shown_keys[:1],
            icon=action.icon() if not action.isChecked() else None,
            places=places,
            possible=possible,
            opens=opens,
        )

    # ---- what was used last -------------------------------------------------------------------------------

    def run(self, of: Command) -> None:
        """Do a command and remember it."""
        kept = [of.id, *(each.id for each in self.recent() if each.id != of.id)]
        self.window.settings.keep_window(**{KEPT: " ".join(kept[:REMEMBERED])})
        self.window.orders.start(of.id)

    def recent(self) -> list[Command]:
        """The commands used last from here, the newest first."""
        known = {each.id for each in commands()}
        kept = self.window.settings.window(KEPT).split()
        return [command(identity) for identity in kept if identity in known]
