"""Writes what the check has seen: JSON for programs, Markdown for people."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from graphscope.app import recording
from graphscope.backends.base import DeviceFacts
from graphscope.backends.measure import Figures
from tests.gpu.check import RECORDED, Report
from tests.gpu.correctness import Agreement
from tests.gpu.probes import Answered
from tests.gpu.timings import Timing

WORST = 12
"""So many of the ops that are furthest from NumPy are listed."""


def write(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write everything into a folder; what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    data, page, run = (folder / name for name in ("report.json", "report.md", f"recorded-{RECORDED}.json"))
    plain = asdict(report)
    plain.pop("recorded")  # a file of its own
    data.write_text(json.dumps(_finite(plain), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    page.write_text("\n".join(lines(report)) + "\n", encoding="utf-8")
    if report.recorded is None:
        return data, page
    recording.write(report.recorded, run)
    return data, page, run


def _finite(plain: Any) -> Any:
    """NaN and infinity as texts: JSON has none."""
    if isinstance(plain, dict):
        return {name: _finite(each) for name, each in plain.items()}
    if isinstance(plain, list | tuple):
        return [_finite(each) for each in plain]
    return str(plain) if isinstance(plain, float) and not math.isfinite(plain) else plain


def lines(report: Report) -> Iterator[str]:
    """The report as Markdown."""
    yield f"# {report.facts.name}, {report.date}"
    yield ""
    if report.rehearsal:
        yield f"**A rehearsal on {report.rehearsal}: nothing here says anything about a GPU.**"
        yield ""
    yield f"GraphScope {report.version}, {report.title}, compared with NumPy on {report.host.name}."
    yield from _facts(report)
    yield from _verdict(report)
    yield from _agreements("Ops", "case", report.ops)
    yield from _agreements("Samples", "sample", report.samples)
    yield from _probes(report.probes)
    yield from _figures(report.figures, report.host_figures)
    yield from _timings(report.timings)
    yield from _recorded(report)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A Markdown table."""
    yield ""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', '¦') for cell in row)} |"
    yield ""


def _facts(report: Report) -> Iterator[str]:
    yield from table(("", "device", "processor"), _compared_facts(report.facts, report.host))
    if report.searches:
        told = " and ".join(f"{seconds:.1f} s" for seconds in report.searches)
        yield f"Looking for the device took {told} (at first and again); the menu waits for 10 s."


def _compared_facts(one: DeviceFacts, other: DeviceFacts) -> Iterator[Sequence[object]]:
    yield "name", one.name, other.name
    yield "cores", one.cores or "?", other.cores or "?"
    yield "multiprocessors", one.multiprocessors or "–", "–"
    yield "memory", *(f"{each.memory / 2**30:.1f} GB" if each.memory else "?" for each in (one, other))
    for name in sorted({*one.versions, *other.versions}):
        yield name, one.versions.get(name, "–"), other.versions.get(name, "–")


def _verdict(report: Report) -> Iterator[str]:
    yield "## Verdict"
    yield ""
    if not report.failures:
        yield "Nothing differs from NumPy beyond rounding, and nothing from the fake but what was foreseen."
    for failure in report.failures:
        yield f"- {failure}"
    yield ""


def _agreements(title: str, noun: str, found: Sequence[Agreement]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield f"{sum(each.agrees for each in found)} of {len(found)} agree with NumPy. Those furthest from it:"
    order = sorted(found, key=lambda each: (each.agrees, -(each.relative or 0.0)))
    shown = order[: max(WORST, sum(not each.agrees for each in found))]
    head = (noun, "dtype", "agrees", "largest difference", "relative to the largest number", "")
    yield from table(
        head,
        (
            (each.what, each.dtype, _yes(each.agrees), _small(each.worst), _small(each.relative), each.error)
            for each in shown
        ),
    )


def _yes(agrees: bool) -> str:
    return "yes" if agrees else "**no**"


def _small(number: float | None) -> str:
    return "?" if number is None else f"{number:.1e}"


TITLES = {
    "new": "Differences that nobody had foreseen: the fake is to be changed",
    "known": "Differences on purpose, or foreseen",
    "same": "The same",
}


def _probes(found: Sequence[Answered]) -> Iterator[str]:
    yield "## The fake CuPy and this one"
    yield ""
    if not found:
        yield "Not asked: this is no CuPy."
        yield ""
        return
    for verdict, title in TITLES.items():
        chosen = [each for each in found if each.verdict == verdict]
        yield f"### {title}: {len(chosen)} of {len(found)}"
        yield ""
        if chosen and verdict != "same":
            yield from table(
                ("about", "question", "fake", "this CuPy", "why"),
                ((each.group, each.says, each.fake, each.real, each.because) for each in chosen),
            )


def _figures(device: Figures | None, host: Figures | None) -> Iterator[str]:
    yield "## Calls and copies"
    yield ""
    if device is None or host is None:
        yield "Not measured."
        return
    yield "Medians. A call is an addition of two single numbers; copies are of 64 MB, products of 1024×1024 float32."
    rows = (
        ("a call, until the host goes on", *(f"{1e6 * each.called:.1f} µs" for each in (device, host))),
        ("a call, until the sum is there", *(f"{1e6 * each.done:.1f} µs" for each in (device, host))),
        ("a copy there (processor: in memory)", *(_speed(each.put) for each in (device, host))),
        ("a copy back", *(_speed(each.got) for each in (device, host))),
        ("a product of matrices", *(f"{each.product / 1e9:,.0f} GFLOP/s" for each in (device, host))),
        (
            "measured (calls, copies, products)",
            *("{}, {}, {}".format(*each.times) for each in (device, host)),
        ),
    )
    yield from table(("", "device", "processor"), rows)


def _speed(bytes_a_second: float | None) -> str:
    return "–" if bytes_a_second is None else f"{bytes_a_second / 1e9:.1f} GB/s"


def _timings(found: Sequence[Timing]) -> Iterator[str]:
    yield "## Times of ops"
    yield ""
    yield "float32, µs, medians; “host” is until the host may go on. Tiny ones show what it costs to start kernels."
    for size in ("tiny", "large"):
        chosen = [each for each in found if each.size == size]
        yield ""
        yield f"### {size}"
        yield from table(
            ("op", "kernel", "NumPy", "device", "host", "NumPy / device", "times"),
            (
                (each.op, each.kernel, f"{each.numpy:,.1f}", f"{each.done:,.1f}", f"{each.called:,.1f}",
                 f"{each.numpy / max(each.done, 1e-3):.2f}", each.rounds)
                for each in chosen
            ),
        )  # fmt: skip


def _recorded(report: Report) -> Iterator[str]:
    run = report.recorded
    yield "## The recorded run"
    yield ""
    if run is None:
        yield "None."
        return
    first, later = (sum(step.seconds[index] for step in run.steps) for index in (0, -1))
    moved = sum(each.bytes for each in run.transfers)
    yield (
        f"{run.model}, {run.iterations} iterations of {len(run.steps)} steps: the first took {1e3 * first:.1f} ms, "
        f"the last {1e3 * later:.1f} ms; {moved:,} bytes were copied in {len(run.transfers)} copies."
    )
    yield ""
    if not run.rehearsal:
        yield f"To ship it: copy it to sample_models/{run.model}/{recording.FILE}"
