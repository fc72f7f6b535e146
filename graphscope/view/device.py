"""What is told and drawn of processors and GPUs: plain words, facts in rows, and cores as blocks and dots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log

from graphscope.backends.base import DeviceFacts, Memory
from graphscope.backends.measure import Figures
from graphscope.backends.processor import Processor
from graphscope.engine.recorded import RecordedRun
from graphscope.engine.sizes import shown
from graphscope.engine.step import PHASES
from graphscope.view.numbers import duration
from graphscope.view.telling import PHASE_TITLES
from graphscope.view.text import Text

NONE = "–"
Row = tuple[str, str]
"""A caption and what it stands for."""

TYPICAL = DeviceFacts("", "", "gpu", cores=2560, multiprocessors=20)
"""A small GPU for games, to compare with where there is none: 20 multiprocessors of 128 cores."""
CORES_IN_ONE = 128
"""Of a multiprocessor whose kind is not known, drawn in place of a number; nothing is said of it."""


@dataclass(frozen=True)
class Chip:
    """A chip as a picture: blocks in rows, in each of them dots in rows.

    Args:
        blocks: cores of a processor, multiprocessors of a GPU.
        dots: in each block: threads of a core, cores of a multiprocessor.
        each: how many cores one dot stands for.
        cache: whether a band below the blocks is drawn, for the memory that all cores share.
    """

    blocks: int
    dots: int
    each: int = 1
    cache: bool = False


def grid(count: int, ratio: float) -> tuple[int, int]:
    """Columns and rows for so many things, each about square in an area of this width to height, and few gaps."""

    def bad(rows: int) -> float:
        columns = ceil(count / rows)
        return abs(log(ratio * rows / columns)) + 30 * (1 - count / (columns * rows))

    rows = min(range(1, count + 1), key=bad)
    return ceil(count / rows), rows


def processor_chip(found: Processor) -> Chip:
    """The cores of a processor, each with its threads."""
    cores = found.cores or found.threads
    return Chip(cores, max(1, found.threads // cores), cache="L3" in found.caches)


def gpu_chip(facts: DeviceFacts, *, most: int = 4500) -> Chip:
    """The multiprocessors of a GPU; where its cores are too many to be drawn, a dot stands for several."""
    blocks = facts.multiprocessors or 1
    dots = (facts.cores or CORES_IN_ONE * blocks) // blocks
    each = 1
    while blocks * (dots // each) > most and dots // each > 1:
        each *= 2
    return Chip(blocks, max(1, dots // each), each)


def processor_words(found: Processor, text: Text) -> str:
    """What a processor is like."""
    return text(
        "{n} smart cores. Each follows a program of its own, guesses what comes next, and keeps much close at hand: "
        "one thing after another, each very fast.",
        n=found.cores or found.threads,
    )


def gpu_words(facts: DeviceFacts | None, text: Text) -> str:
    """What a GPU is like; where there is none, what one would be."""
    if facts is None:
        return text(
            "For comparison, a small GPU that is not in this computer: {n} simple cores in {groups} groups "
            "(multiprocessors). Those of one group all do the same thing at once, each with another number.",
            n=f"{TYPICAL.cores or 0:,}",
            groups=TYPICAL.multiprocessors,
        )
    if facts.cores is None or facts.multiprocessors is None:
        return text(
            "Thousands of simple cores. Those of one group all do the same thing at once, each with another number."
        )
    return text(
        "{n} simple cores in {groups} groups (multiprocessors). Those of one group all do the same thing at once, "
        "each with another number.",
        n=f"{facts.cores:,}",
        groups=facts.multiprocessors,
    )


def chip_words(chip: Chip, facts: DeviceFacts, text: Text) -> str:
    """What blocks and dots of a GPU's picture are; nothing where the number of cores is not known."""
    if facts.cores is None:
        return text("Each block: one multiprocessor.")
    if chip.each == 1:
        return text("Each block: one multiprocessor. Each dot: one core.")
    return text("Each block: one multiprocessor. Each dot: {n} cores.", n=chip.each)


# ---- facts ------------------------------------------------------------------------------------------------


def processor_rows(
    found: Processor, memory: Memory | None, versions: Sequence[Row], dtypes: Sequence[str], text: Text
) -> tuple[Row, ...]:
    """Facts about the processor; the types of numbers where the model runs on it."""
    rows = [(text("Cores"), _cores(found, text))]
    if memory is not None:
        rows.append((text("Memory"), size(memory.total)))
        rows.append((text("Used by the run"), size(memory.used)))
    if found.caches:
        told = ", ".join(f"{name}\u00a0{size(held)}" for name, held in found.caches.items())
        rows.append((text("Caches"), told))
    for name, version in versions:
        threads = found.blas_threads if name == "BLAS" else None
        told = version if threads is None else text("{version}, threads: {n}", version=version, n=threads)
        rows.append((name, told))
    return (*rows, *_types(dtypes, text))


def _types(dtypes: Sequence[str], text: Text) -> tuple[Row, ...]:
    """float16 float32 int8 -> "float 16 32 · int 8"."""
    sizes: dict[str, list[str]] = {}
    for name in dtypes:
        kind = name.rstrip("0123456789")
        sizes.setdefault(kind, []).append(name.removeprefix(kind))
    told = " · ".join(" ".join((kind, *found)).strip() for kind, found in sizes.items())
    return ((text("Types"), told),) if told else ()


def _cores(found: Processor, text: Text) -> str:
    cores = found.cores
    if cores is None or cores == found.threads:
        told = str(found.threads)
    else:
        told = text("{n} with {threads} threads", n=cores, threads=found.threads)
    if found.usable == found.threads:
        return told
    return text("{told}; this program may use {n}", told=told, n=found.usable)


def gpu_rows(facts: DeviceFacts, memory: Memory | None, dtypes: Sequence[str], text: Text) -> tuple[Row, ...]:
    """Facts about a GPU; its memory in use and the types of numbers where the model runs on it."""
    rows: list[Row] = []
    if facts.cores is not None:
        rows.append((text("Cores"), f"{facts.cores:,}"))
    if facts.multiprocessors is not None:
        rows.append((text("Multiprocessors"), str(facts.multiprocessors)))
    if facts.memory is not None:
        rows.append((text("Memory"), size(facts.memory)))
    if memory is not None:
        rows.append((text("Used by all programs"), size(memory.used)))
    return (*rows, *facts.versions.items(), *_types(dtypes, text))


def size(held: int) -> str:
    """Bytes as people read them, on one line."""
    return shown(held).replace(" ", "\u00a0")


# ---- what was measured ------------------------------------------------------------------------------------


def figure_rows(columns: Sequence[Figures | None], text: Text) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What was measured, a row each, one text a column."""
    rows = (
        (text("Starting one call"), tuple(duration(each.done) if each else "" for each in columns)),
        (text("Copying there"), tuple(_speed(each.put) if each else "" for each in columns)),
        (text("Copying back"), tuple(_speed(each.got) if each else "" for each in columns)),
        (
            text("Multiplying and adding"),
            tuple(_operations(each.product, text) if each else "" for each in columns),
        ),
    )
    return tuple(row for row in rows if any(cell not in ("", NONE) for cell in row[1]))


def figures_note(measured: Figures, text: Text) -> str:
    """How the numbers came about."""
    calls, copies, products = measured.times
    return text(
        "Medians of {calls} calls, {copies} copies and {products} products. On the processor, “copying there” is "
        "copying within its memory.",
        calls=calls,
        copies=copies,
        products=products,
    )


def _speed(bytes_a_second: float | None) -> str:
    return NONE if bytes_a_second is None else f"{bytes_a_second / 1e9:.1f} GB/s"


def _operations(a_second: float, text: Text) -> str:
    return text("{n} billion/s", n=f"{a_second / 1e9:,.0f}")


# ---- a recorded run ---------------------------------------------------------------------------------------


def recorded_rows(run: RecordedRun, here: Sequence[float | None], text: Text) -> tuple[tuple[str, ...], ...]:
    """Seconds of the last iteration by phase, on the machine where it was recorded and on this one.

    Args:
        here: seconds of the steps of an iteration on this machine, as far as they have run.
    """
    rows: list[tuple[str, ...]] = []
    for phase in PHASES:
        steps = [step for step in run.steps if step.phase == phase]
        there = sum(step.seconds[-1] for step in steps)
        own = [here[step.index] for step in steps if step.index < len(here)]
        known = [seconds for seconds in own if seconds is not None]
        told = duration(sum(known)) if known and len(known) == len(steps) else NONE
        rows.append((text(PHASE_TITLES[phase]), duration(there), told))
    return tuple(rows)


def recorded_copies(run: RecordedRun, text: Text) -> str:
    """What was copied in the recorded run."""
    there = [each.bytes for each in run.transfers if each.direction == "to the device"]
    back = [each.bytes for each in run.transfers if each.direction == "to the host"]
    return text(
        "In {iterations} iterations {there} were copied to the device and {back} back. The first iteration also "
        "compiled the kernels.",
        iterations=run.iterations,
        there=size(sum(there)),
        back=size(sum(back)),
    )
