"""Every number in a lesson is the session's own."""

import re
from dataclasses import dataclass

import numpy as np
import pytest

import graphscope as gs
from graphscope.app.samples import samples

CLAIM = re.compile(
    r"`(?![A-Z_]{2,} = )(?P<norm>‖)?(?P<gradient>∂L/∂)?(?P<name>[\w. ]+?)(?:\[(?P<index>[\d,]+)\])?(?(norm)‖) = "
    r"(?P<told>−?[\d.]+(?: · 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|NaN|−?∞)`"
)
"""Such as `loss = 0.5`, `∂L/∂W[0,1] = −0.2`, `‖∂L/∂W‖ = 2.5 · 10⁻⁷` or `p[1,0] = NaN`."""
KNOB = re.compile(r"`[A-Z_]{2,} = [^`]*`")
"""What the lesson tells to change at the top of the model, such as `DEPTH = 3`."""
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
CASES = [
    pytest.param(sample, language, id=f"{sample.name}-{language}")
    for sample in samples()
    for language in ("en", "ko")
]


@dataclass(frozen=True)
class Claim:
    """A number that a lesson tells."""

    gradient: bool
    norm: bool
    name: str
    index: tuple[int, ...]
    told: str

    def measured(self, session):
        array = session.gradient(self.name) if self.gradient else session.value(self.name)
        assert array is not None, self
        number = float(np.linalg.norm(array) if self.norm else array[self.index])
        if not np.isfinite(number):
            return {np.inf: "∞", -np.inf: "−∞"}.get(number, "NaN")
        digits, _, power = self.told.partition(" · 10")
        exponent = int(power.translate(RAISED)) if power else 0
        decimals = len(digits.partition(".")[2])
        number = round(number / 10**exponent, decimals) + 0.0  # no −0
        return f"{number:.{decimals}f}".replace("-", "−") + (f" · 10{power}" if power else "")


def claims(sample, language):
    return [
        Claim(
            bool(found["gradient"]),
            bool(found["norm"]),
            found["name"],
            tuple(map(int, found["index"].split(","))) if found["index"] else (),
            found["told"],
        )
        for found in CLAIM.finditer(sample.lesson(language))
    ]


@pytest.mark.parametrize(("sample", "language"), CASES)
def test_every_number_of_a_lesson_is_what_the_first_iteration_computes(sample, language):
    session = gs.open(sample.name)
    while session.next.phase != "update":
        session.step()
    told = claims(sample, language)
    assert told
    for claim in told:
        assert claim.measured(session) == claim.told, claim


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_a_lesson_makes_the_same_claims_in_both_languages(sample):
    assert claims(sample, "en") == claims(sample, "ko")


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_a_lesson_starts_with_the_samples_title(sample):
    for language in ("en", "ko"):
        assert sample.lesson(language).splitlines()[0] == f"# {sample.title[language]}"


@pytest.mark.parametrize(("sample", "language"), CASES)
def test_a_lesson_tells_no_number_that_is_not_checked(sample, language):
    spans = re.findall(r"`[^`\n]+`", sample.lesson(language))
    told = [span for span in spans if re.search(r"[^=!<>] = [−-]?[\d∞N]", span) and not KNOB.fullmatch(span)]
    assert [span for span in told if not CLAIM.fullmatch(span)] == []


@pytest.mark.parametrize(("sample", "language"), CASES)
def test_what_a_lesson_tells_to_change_stands_at_the_top_of_the_model(sample, language):
    program = (sample.folder / "model.py").read_text(encoding="utf-8")
    top = program.partition("\ndef build")[0]
    for name in re.findall(r"`([A-Z_]{2,})(?: = [^`]*)?`", sample.lesson(language)):
        assert f"\n{name} = " in top, name
