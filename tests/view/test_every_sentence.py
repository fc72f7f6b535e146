"""Every sentence that the program can tell has a Korean one with the same fields."""

import ast
import json
import re
from pathlib import Path
from string import Formatter

import pytest

from graphscope.app.command import MENUS, REASONS, commands
from graphscope.app.settings import SETTINGS
from graphscope.ops import registered
from graphscope.view import telling
from graphscope.view.telling import PHASE_TITLES
from graphscope.view.text import korean

PACKAGE = Path(__file__).resolve().parents[2] / "graphscope"
TELLERS = {"Sentence", "text", "tr", "_text", "tell", "_words"}
"""Names of what is called with a template first (methods too)."""


def templates():
    """Every literal template with where it stands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and is_teller(node.func):
                for place, argument in enumerate(node.args[:2]):
                    if (
                        isinstance(argument, ast.Constant)
                        and isinstance(argument.value, str)
                        and (readable(argument.value) or (place == 0 and always_words(node.func)))
                    ):
                        yield argument.value, f"{path.relative_to(PACKAGE)}:{node.lineno}"


def is_teller(function):
    if isinstance(function, ast.Call):  # words()("…")
        return isinstance(function.func, ast.Name) and function.func.id == "words"
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in TELLERS or name.endswith("Error")


def always_words(function):
    """What is called with nothing but words, even a single small one such as "scalar"."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"Sentence", "text", "tr", "_text"}


def readable(text):
    """Sentences and words, not identifiers such as "say" or "forward"."""
    return " " in text.strip() or text[:1].isupper()


def fields(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


FOUND = dict(templates())
NOT_TOLD = {"Type", "Import", "Attribute", "Value", "Key"}


def test_sentences_are_found():
    assert len(FOUND) > 100


def test_every_sentence_in_the_code_has_a_korean_one():
    missing = [f"{place}: {template}" for template, place in FOUND.items() if template not in korean()]
    assert not missing, "\n" + "\n".join(missing)


def test_every_op_speaks_korean():
    told = {
        sentence
        for op in registered().values()
        for sentence in (op.says, op.backward_says, op.why)
        if sentence
    }
    assert not [sentence for sentence in told if sentence not in korean()]


def test_every_korean_sentence_has_the_fields_of_its_english_one():
    wrong = [template for template, told in korean().items() if fields(told) != fields(template)]
    assert not wrong, "\n" + "\n".join(wrong)


SAME = {"English", "XOR", "float32", "float64"}
"""Names that are the same in both languages."""


def test_no_korean_sentence_is_empty_or_left_in_english():
    words = re.compile(r"[A-Za-z]{4,}")
    left = {
        template
        for template, told in korean().items()
        if not told.strip() or (told == template and words.search(re.sub(r"{[^}]*}", "", template)))
    }
    assert left <= SAME


def test_every_command_setting_and_phase_speaks_korean():
    told = [text for each in commands() for text in (each.title, each.tip, each.submenu) if text]
    told += [*MENUS, *(reason.template for reason in REASONS.values())]
    told += [text for each in SETTINGS for text in (each.title, each.tip, each.section)]
    told += [choice.title for each in SETTINGS for choice in each.choices]
    told += [*PHASE_TITLES.values(), *telling._PLAIN.values(), *telling._SHORT.values()]
    assert not [text for text in told if text not in korean()]


def test_every_panel_and_every_table_of_the_window_speaks_korean():
    pytest.importorskip("PySide6")
    from graphscope.gui.panel import panels
    from graphscope.gui.panels.explain import HEADINGS
    from graphscope.gui.panels.outline import KINDS
    from graphscope.gui.widgets.breadcrumb import TIPS, TITLES
    from graphscope.gui.widgets.sample_card import LEVELS

    told = [panel.title for panel in panels()]
    told += [title for table in (TITLES, TIPS, HEADINGS, KINDS, LEVELS) for title in table.values()]
    assert not [text for text in told if text not in korean()]


def test_no_sentence_is_translated_twice_in_different_words():
    seen: dict[str, str] = {}
    for path in sorted((PACKAGE / "view" / "korean").glob("*.json")):
        for template, told in json.loads(path.read_text(encoding="utf-8")).items():
            assert seen.setdefault(template, told) == told, (path.name, template)
