"""Tests for graphscope/app/doctor.py and graphscope/app/system.py."""

from __future__ import annotations

import json
import os
from dataclasses import fields

import pytest

from graphscope.app import doctor, system
from graphscope.errors import Sentence

VERIFIED = (
    "apt-get install -y libgl1 libegl1 libfontconfig1 libxkbcommon0 libdbus-1-3 libglib2.0-0 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 "
    "libxcb-xkb1 libxkbcommon-x11-0"
)


def refuse(*sonames: str) -> tuple[system.Library, ...]:
    return system.missing_libraries(platform="linux", loader=lambda name: name not in sonames)


def bare() -> tuple[system.Library, ...]:
    return system.missing_libraries(platform="linux", loader=lambda _: False)


def test_a_bare_debian_is_told_the_whole_line_that_was_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert system.install_line(bare(), "apt-get") == VERIFIED


def test_someone_who_is_not_root_is_told_to_use_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert system.install_line(refuse("libGL.so.1"), "dnf") == "sudo dnf install -y libglvnd-glx"


def test_a_package_that_brings_two_libraries_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert system.install_line(refuse("libGL.so.1", "libEGL.so.1"), "pacman") == "pacman -S --needed libglvnd"


def test_no_line_is_made_up_for_an_unknown_package_manager() -> None:
    assert system.install_line(bare(), None) is None
    (problem,) = doctor.library_problems(bare(), None)
    assert "libGL.so.1" in str(problem.what)
    assert "differ" in str(problem.fix)


def test_only_what_is_missing_is_named() -> None:
    assert [library.apt for library in refuse("libxcb-cursor.so.0")] == ["libxcb-cursor0"]


def test_a_picture_needs_none_of_the_libraries_of_a_window_on_a_screen() -> None:
    missing = system.missing_libraries(window=False, platform="linux", loader=lambda _: False)
    assert missing
    assert not [library for library in missing if "xcb" in library.soname]


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_macos_and_windows_need_no_library_and_always_have_a_display(platform: str) -> None:
    assert system.missing_libraries(platform=platform, loader=lambda _: False) == ()
    assert system.has_display({}, platform)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"DISPLAY": ""}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
        ({"QT_QPA_PLATFORM": "xcb"}, False),
    ],
)
def test_a_display_is_what_x11_or_wayland_or_qt_was_told(
    environment: dict[str, str], *, expected: bool
) -> None:
    assert system.has_display(environment, "linux") is expected


def test_a_library_that_no_system_has_does_not_load() -> None:
    assert not system.loads("libgraphscope-is-not-a-system-library.so.9")


@pytest.mark.parametrize(("python", "count"), [((3, 11), 1), ((3, 12), 0), ((3, 13), 0)])
def test_pyside_6_12_is_known_to_be_broken_before_python_3_12(python: tuple[int, int], count: int) -> None:
    versions = {**doctor.installed_versions(), "PySide6-Essentials": "6.12.0"}
    problems = doctor.version_problems(versions, python)
    assert len(problems) == count
    assert all("6.12.0" in str(problem.what) for problem in problems)


def test_what_is_not_installed_is_named_with_the_line_that_installs_it() -> None:
    (problem,) = doctor.version_problems({"numpy": None, "pillow": "1.0"}, (3, 11))
    assert "numpy" in str(problem.what)
    assert str(problem.fix) == "Run: python -m pip install numpy"
    assert not problem.only_window


def test_without_its_window_the_core_says_in_one_line_what_to_install() -> None:
    (problem,) = doctor.version_problems(
        {"numpy": "2.1", "PySide6-Essentials": None, "pyqtgraph": None}, (3, 11)
    )
    assert problem.only_window
    assert str(problem.fix) == "Run: python -m pip install 'graphscope-debugger[gui]'"


def test_a_second_distribution_with_our_package_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    owners = {"graphscope": ["graphscope-client", "graphscope-debugger"]}
    monkeypatch.setattr(doctor.metadata, "packages_distributions", lambda: owners)
    assert doctor.rivals() == ("graphscope-client",)
    (problem,) = doctor.rival_problems(doctor.rivals())
    assert "graphscope-client" in str(problem.what)
    assert "graphscope-debugger" in str(problem.fix)


def test_alone_there_is_no_rival(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        doctor.metadata, "packages_distributions", lambda: {"graphscope": ["graphscope-debugger"]}
    )
    assert doctor.rival_problems(doctor.rivals()) == ()


def test_without_a_display_the_obstacle_is_the_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(system.sys, "platform", "linux")
    (problem,) = doctor.display_problems(display=system.has_display(platform="linux"))
    assert problem.only_window
    assert "graphscope steps xor" in str(problem.fix)


def test_the_diagnosis_is_json_with_a_reason_and_a_fix_for_each_absent_backend() -> None:
    told = json.loads(json.dumps(doctor.plain(doctor.diagnose())))
    assert {field.name for field in fields(doctor.Diagnosis)} | {"healthy"} == set(told)
    backends = {backend["name"]: backend for backend in told["backends"]}
    assert backends["numpy"]["available"]
    assert all(
        backend["available"] or (backend["reason"] and backend["fix"]) for backend in backends.values()
    )


def test_every_sentence_of_the_doctor_has_a_korean_twin() -> None:
    from graphscope.app import places

    catalogue = json.loads((places._PACKAGE / "view" / "korean" / "doctor.json").read_text(encoding="utf-8"))
    problems = (
        *doctor.version_problems({"numpy": None, "PySide6-Essentials": "6.12.0"}, (3, 11)),
        *doctor.rival_problems(("graphscope-client",)),
        *doctor.library_problems(bare(), None),
        *doctor.library_problems(bare(), "apt-get"),
        *doctor.display_problems(display=False),
    )
    told = [sentence for problem in problems for sentence in (problem.what, problem.fix)]
    assert [str(one) for one in told if isinstance(one, Sentence) and one.template not in catalogue] == []
