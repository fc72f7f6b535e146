"""The panel of devices: what is there, what is missing and why, and how fast it is, measured in between."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from graphscope.app import recording
from graphscope.backends.base import DeviceFacts
from graphscope.backends.measure import Slice
from graphscope.backends.probe import Availability
from graphscope.errors import ModelError, Sentence
from graphscope.gui.panels import device as module
from graphscope.gui.panels.device import DevicePanel
from graphscope.service.requests import Close, Move
from graphscope.service.tasks.device import AskDevice, DeviceMeasured, DeviceTold, MeasureDevice
from tests.view.test_device import RUN

MISSING = Availability(
    "cupy",
    "CuPy · GPU",
    available=False,
    reason=Sentence("The package {package} is not installed.", package="cupy"),
    fix=Sentence("Install it with: {command}", command="pip install cupy"),
)
GPU = DeviceFacts(
    "cuda:0", "A GPU", "gpu", memory=2**33, cores=2560, multiprocessors=20, versions={"CUDA": "12.9"}
)
FOUND = Availability("cupy", "CuPy · GPU", available=True, devices=(GPU,))
SHORT = 3


@pytest.fixture
def panel(stage, monkeypatch):
    """With XOR open; measured in a few pieces only."""
    monkeypatch.setattr(module, "SLICES", SHORT)
    stage.open()
    return stage.show(DevicePanel, 340, 900)


def facts(panel, which="processor") -> dict[str, str]:
    return dict(panel.facts[which].texts())


def test_it_stays_hidden_until_it_is_asked_for() -> None:
    assert DevicePanel.layouts == ()


def test_the_processor_is_told_with_words_and_facts(panel) -> None:
    assert panel.processor.title.text() == "Processor"
    assert panel.processor.name.text()
    assert "smart cores" in panel.processor.words.text()
    assert panel.processor.used.isVisible()
    assert panel.processor.used.text() == "runs the model"
    assert {"Cores", "Memory", "NumPy", "BLAS", "Types"} <= set(facts(panel))


def test_until_somebody_has_looked_no_gpu_is_said_to_be_missing(panel) -> None:
    assert panel.gpu.name.text() == "Looking for devices…"


def test_a_missing_gpu_has_its_reason_and_what_to_do(stage, panel) -> None:
    stage.desk.set_survey((MISSING,))
    assert panel.gpu.name.text() == "The package cupy is not installed. Install it with: pip install cupy"
    assert "not in this computer" in panel.gpu.words.text()
    assert not panel.facts["device"].isVisible()


def test_a_gpu_that_is_there_is_told_though_the_model_does_not_run_on_it(stage, panel) -> None:
    stage.desk.set_survey((FOUND,))
    assert panel.gpu.name.text() == "A GPU"
    assert panel.gpu.words.text().startswith("2,560 simple cores in 20 groups")
    assert not panel.gpu.used.isVisible()
    assert facts(panel, "device")["CUDA"] == "12.9"


def on_gpu(panel) -> None:
    """As if the engine told that the model runs on a GPU."""
    told = panel._told
    moved = DeviceTold(
        "cupy", "CuPy · GPU 0", "cuda:0", GPU, told.memory, ("float32",), told.processor, None, {}
    )
    panel._facts_came(moved)


def test_the_device_that_runs_the_model_is_marked(panel) -> None:
    on_gpu(panel)
    assert panel.gpu.used.isVisible()
    assert not panel.processor.used.isVisible()
    assert facts(panel, "device")["Types"] == "float 32"
    assert "Types" not in facts(panel)


def test_a_click_measures_in_small_pieces_and_tells_medians(stage, panel) -> None:
    QTest.mouseClick(panel.measure, Qt.MouseButton.LeftButton)
    assert panel.measure.text() == "Stop"
    assert panel.note.text().startswith("Measuring, 1 of 3")
    stage.qtbot.waitUntil(lambda: panel.measure.text() == "Measure")
    head, *rows = panel.measured.texts()
    assert head == ("", "Processor")
    assert [row[0] for row in rows] == ["Starting one call", "Copying there", "Multiplying and adding"]
    assert panel.note.text().startswith("Medians of 60 calls, 9 copies and 6 products.")


def test_what_the_user_does_meanwhile_comes_in_between(stage, panel, monkeypatch) -> None:
    monkeypatch.setattr(module, "SLICES", 1000)
    panel.toggle()
    stage.bridge.ask(Move("step"))
    stage.qtbot.waitUntil(lambda: stage.position == 1)
    assert panel.measure.text() == "Stop"  # one piece was waited for, not a thousand
    panel.toggle()
    stage.wait()


def test_a_second_click_stops_and_keeps_what_is_known(stage, panel, monkeypatch) -> None:
    monkeypatch.setattr(module, "SLICES", 1000)
    panel.toggle()
    stage.qtbot.waitUntil(panel.measured.isVisible)
    panel.toggle()
    assert panel.measure.text() == "Measure"
    stage.wait()
    assert panel.measured.isVisible()
    assert not panel.note.text().startswith("Measuring")


def test_a_panel_that_is_hidden_measures_no_more(stage, panel, monkeypatch) -> None:
    monkeypatch.setattr(module, "SLICES", 1000)
    panel.toggle()
    panel.hide()
    stage.wait()
    assert panel._waiting_for is None


def test_both_are_measured_where_the_model_runs_on_a_gpu(panel, monkeypatch) -> None:
    on_gpu(panel)
    asked: list[MeasureDevice] = []
    monkeypatch.setattr(panel.desk.bridge, "ask", asked.append)
    panel.toggle()
    for _ in range(2 * SHORT):
        made = Slice((1e-6,), (2e-6,), (1e-3,), (1e-3,) if asked[-1].which == "device" else (), (1e-3,))
        panel._figures_came(DeviceMeasured(asked[-1], "cuda:0", made))
    assert [each.which for each in asked] == ["processor", "device"] * SHORT
    assert panel.measured.texts()[0] == ("", "Processor", "GPU")
    assert ("Copying back", "–", "16.8 GB/s") in panel.measured.texts()


def test_an_answer_that_nobody_waits_for_any_more_changes_nothing(panel) -> None:
    late = DeviceMeasured(MeasureDevice("processor", 0), "cpu", Slice((1.0,), (1.0,), (1.0,), (), (1.0,)))
    panel._figures_came(late)
    assert not panel.measured.isVisible()


def test_a_hidden_panel_asks_nothing(stage, panel, monkeypatch) -> None:
    asked: list[object] = []
    panel.hide()
    monkeypatch.setattr(stage.bridge, "ask", asked.append)
    stage.desk.settled.emit()
    stage.desk.survey_changed.emit()
    assert asked == []
    panel.show()
    assert AskDevice() in asked


def test_closing_the_model_leaves_the_facts(stage, panel) -> None:
    stage.ask(Close())
    assert panel.processor.name.text()
    assert not panel.processor.used.isVisible()


def test_a_run_recorded_elsewhere_is_shown_as_what_it_is(stage, panel, monkeypatch) -> None:
    monkeypatch.setattr(recording, "find", {"fan_out": RUN}.get)
    assert not panel.recorded.isVisible()
    stage.open("fan_out")
    assert panel.recorded.text() == "Recorded on A GPU, 2026-11-24: not your machine."
    stage.step(2)
    head, first, *_ = panel.recorded_times.texts()
    assert head == ("", "There", "Here")
    assert first[1] == "200 µs"
    assert first[2] != "–"


def test_a_recording_that_cannot_be_read_is_as_good_as_none(stage, panel, monkeypatch) -> None:
    def fail(_: str) -> None:
        raise ModelError("{path} is broken", path="recorded.json")

    monkeypatch.setattr(recording, "find", fail)
    stage.open("fan_out")
    assert not panel.recorded.isVisible()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_it_speaks_korean_in_every_theme(stage, panel, theme) -> None:
    stage.desk.set_survey((MISSING,))
    stage.look(language="ko", theme=theme)
    assert panel.processor.title.text() == "프로세서"
    assert "설치되어 있지 않습니다" in panel.gpu.name.text()
    assert panel.measure.text() == "측정"
    assert stage.desk.theme.ink in panel.processor.words.styleSheet()


def test_everything_that_the_keyboard_reaches_has_a_name(panel, unnamed) -> None:
    assert unnamed(panel) == []
    panel.measure.setFocus()
    QTest.keyClick(panel.measure, Qt.Key.Key_Space)
    assert panel.measure.text() == "Stop"
    panel.toggle()


def test_a_chip_is_drawn_in_its_colours(stage, panel) -> None:
    stage.look(theme="light")
    light = panel.processor.picture.grab().toImage()
    stage.look(theme="dark")
    dark = panel.processor.picture.grab().toImage()
    assert light != dark
    stage.desk.set_survey((MISSING,))
    absent = panel.gpu.picture.grab().toImage()
    stage.desk.set_survey((FOUND,))
    assert panel.gpu.picture.grab().toImage() != absent
