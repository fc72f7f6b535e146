"""Processors and GPUs in words, rows, blocks and dots: nothing is drawn or told that is not known."""

from __future__ import annotations

import re
from math import ceil

import pytest

from graphscope.backends.base import DeviceFacts, Memory
from graphscope.backends.measure import Figures
from graphscope.backends.processor import Processor
from graphscope.engine.recorded import RecordedRun, RecordedStep, Transfer
from graphscope.view import device as view
from graphscope.view.text import Text

EN, KO = Text("en"), Text("ko")
CPU = Processor("A CPU", 8, 8, 4, {"L1": 32 * 2**10, "L2": 2**20, "L3": 12 * 2**20}, 4)
GPU = DeviceFacts(
    "cuda:0", "A GPU", "gpu", memory=8 * 2**30, cores=2560, multiprocessors=20, versions={"CUDA": "12.9"}
)


def test_a_processor_is_a_block_a_core_and_a_dot_a_thread() -> None:
    assert view.processor_chip(CPU) == view.Chip(4, 2, cache=True)
    assert view.processor_chip(Processor("A CPU", 2, 2)) == view.Chip(2, 1)


def test_a_gpu_is_a_block_a_multiprocessor_and_a_dot_a_core() -> None:
    assert view.gpu_chip(GPU) == view.Chip(20, 128)


def test_the_dots_of_a_large_gpu_stand_for_several_cores_each() -> None:
    large = DeviceFacts("", "", "gpu", cores=16896, multiprocessors=132)
    chip = view.gpu_chip(large)
    assert chip.blocks * chip.dots * chip.each == 16896
    assert chip.each == 4
    assert view.chip_words(chip, large, EN) == "Each block: one multiprocessor. Each dot: 4 cores."


def test_nothing_is_said_of_cores_whose_number_is_not_known() -> None:
    new = DeviceFacts("", "", "gpu", multiprocessors=90)
    assert view.chip_words(view.gpu_chip(new), new, EN) == "Each block: one multiprocessor."
    assert view.gpu_words(new, EN).startswith("Thousands of simple cores.")
    assert dict(view.gpu_rows(new, None, (), EN)) == {"Multiprocessors": "90"}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 16, 20, 46, 96, 128, 132])
@pytest.mark.parametrize("ratio", [0.5, 1.0, 2.6])
def test_every_block_has_a_place_and_no_row_stays_empty(count: int, ratio: float) -> None:
    columns, rows = view.grid(count, ratio)
    assert columns * rows >= count > columns * (rows - 1)
    assert columns == ceil(count / rows)


def test_what_a_gpu_would_be_says_that_it_is_not_there() -> None:
    assert "not in this computer" in view.gpu_words(None, EN)
    assert "이 컴퓨터에 없는" in view.gpu_words(None, KO)
    assert view.gpu_words(GPU, EN).startswith("2,560 simple cores in 20 groups")
    assert "not in this computer" not in view.gpu_words(GPU, EN)


def test_facts_about_a_processor_are_those_that_are_known() -> None:
    rows = dict(view.processor_rows(CPU, Memory(2**29, 2**34), (("BLAS", "openblas 0.3"),), ("float32",), EN))
    assert {name: told.replace("\u00a0", " ") for name, told in rows.items()} == {
        "Cores": "4 with 8 threads",
        "Memory": "16 GB",
        "Used by the run": "512 MB",
        "Caches": "L1 32 KB, L2 1 MB, L3 12 MB",
        "BLAS": "openblas 0.3, threads: 4",
        "Types": "float 32",
    }
    assert dict(view.processor_rows(Processor("A CPU", 1, 2), None, (), (), EN)) == {
        "Cores": "2; this program may use 1"
    }


def test_facts_about_a_gpu_tell_what_is_used_where_the_model_runs_on_it() -> None:
    rows = dict(view.gpu_rows(GPU, Memory(3 * 2**30, 8 * 2**30), ("float16", "float32", "bool"), EN))
    assert rows["Used by all programs"] == "3\u00a0GB"
    assert rows["Types"] == "float 16 32 · bool"
    assert (rows["Cores"], rows["CUDA"]) == ("2,560", "12.9")
    assert "Used by all programs" not in dict(view.gpu_rows(GPU, None, (), EN))


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (2**10, "1 KB"),
        (1536, "1.5 KB"),
        (2**30, "1 GB"),
        (85899345920, "80 GB"),
    ],
)
def test_bytes_are_told_as_people_read_them(held: int, told: str) -> None:
    assert view.size(held) == told.replace(" ", "\u00a0")


HERE = Figures(9e-7, 1e-6, 8e9, None, 9e10, (20, 3, 2))
THERE = Figures(5e-6, 12e-6, 11e9, 12.5e9, 4e13, (20, 3, 2))


def test_what_was_measured_stands_side_by_side() -> None:
    assert view.figure_rows((HERE, THERE), EN) == (
        ("Starting one call", ("1 µs", "12 µs")),
        ("Copying there", ("8.0 GB/s", "11.0 GB/s")),
        ("Copying back", ("–", "12.5 GB/s")),
        ("Multiplying and adding", ("90 billion/s", "40,000 billion/s")),
    )


def test_a_row_that_tells_nothing_is_left_out() -> None:
    assert [name for name, _ in view.figure_rows((HERE,), EN)] == [
        "Starting one call",
        "Copying there",
        "Multiplying and adding",
    ]
    assert view.figure_rows((HERE, None), EN)[0] == ("Starting one call", ("1 µs", ""))


def test_it_is_told_how_often_was_measured() -> None:
    assert view.figures_note(THERE, EN).startswith("Medians of 20 calls, 3 copies and 2 products.")


STEPS = tuple(
    RecordedStep(index, kind, phase, None, None, None, (), (0.5, seconds))  # type: ignore[arg-type]
    for index, (kind, phase, seconds) in enumerate(
        [
            ("data", "prepare", 2e-4),
            ("forward", "forward", 3e-3),
            ("backward", "backward", 1e-3),
            ("update", "update", 5e-5),
        ]
    )
)
RUN = RecordedRun(
    "xor", "cupy", "CuPy", "cuda:0", GPU, GPU, "2026-11-24", "0.1.0", "float32", 0, (1.0, 0.5), STEPS,
    (Transfer(0, None, "to the device", 4096, 1e-5), Transfer(1, 0, "to the device", 4096, 1e-5)),
)  # fmt: skip


def test_a_recorded_run_is_told_by_phase_beside_this_machine() -> None:
    rows = view.recorded_rows(RUN, (1e-5, 2e-5, None), EN)
    assert [row[1:] for row in rows] == [
        ("200 µs", "10 µs"),
        ("3 ms", "20 µs"),
        ("1 ms", "–"),
        ("50 µs", "–"),
    ]


def test_the_copies_of_a_recorded_run_are_told_in_bytes() -> None:
    told = view.recorded_copies(RUN, EN).replace("\u00a0", " ")
    assert told.startswith("In 2 iterations 8 KB were copied to the device and 0 B back.")


def test_all_of_it_is_told_in_korean() -> None:
    told = [
        view.processor_words(CPU, KO),
        view.gpu_words(GPU, KO),
        view.figures_note(HERE, KO),
        view.recorded_copies(RUN, KO),
        *(name for name, _ in view.processor_rows(CPU, Memory(1, 2), (), ("float32",), KO)),
        *(name for name, _ in view.figure_rows((THERE,), KO)),
    ]
    assert [each for each in told if not re.search("[가-힣]", each)] == []
