"""Backends are found by looking in their folder and opened by name, or refused in one readable sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graphscope.backends import base, cupy_gpu, cupy_status
from graphscope.backends.base import backend_files, names, open_backend
from graphscope.errors import BackendError, Sentence
from tests.fakes import installed

ROOT = Path(__file__).parents[2]


def test_the_backends_are_those_whose_files_are_in_the_folder() -> None:
    folder = Path(base.__file__).parent
    makers = {
        path.stem for path in folder.glob("*.py") if "\ndef create(" in path.read_text(encoding="utf-8")
    }
    assert {str(vars(file)["__name__"]).rpartition(".")[2] for file in backend_files()} == makers
    assert names() == ("numpy", "cupy", "torch", "jax", "strict")


def test_numpy_is_opened_unless_told() -> None:
    backend = open_backend()
    assert (backend.name, backend.device, backend.title) == ("numpy", "cpu", "NumPy · CPU")
    assert open_backend("numpy:cpu").name == "numpy"


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BackendError) as caught:
        open_backend("cupyy:0")
    assert str(caught.value) == (
        "There is no backend called “cupyy”; choose one of numpy, cupy, torch, jax, strict."
    )


def test_an_unavailable_backend_is_refused_with_its_reason_and_its_fix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cupy_status, "examine", lambda: cupy_status.NO_DRIVER)
    with pytest.raises(BackendError) as caught:
        open_backend("cupy")
    assert str(caught.value) == (
        "CuPy · GPU cannot be used: CuPy is installed, but no NVIDIA driver was found. "
        "If this computer has an NVIDIA GPU, install its driver and restart; "
        "a container must be started with access to the GPU."
    )
    assert isinstance(caught.value.sentence.fields["reason"], Sentence)


@pytest.mark.parametrize(
    ("asked", "device"), [("", "cuda:0"), ("1", "cuda:1"), ("cuda", "cuda:0"), ("cuda:1", "cuda:1")]
)
def test_a_gpu_is_named_by_its_number_or_in_full(asked: str, device: str) -> None:
    with installed():
        assert cupy_gpu.create(asked).device == device


def test_open_backend_finds_the_device_behind_the_first_colon() -> None:
    with installed():
        assert open_backend("cupy:1").device == "cuda:1"
        assert open_backend("cupy:cuda:1").device == "cuda:1"


def test_looking_for_backends_imports_none_of_their_libraries() -> None:
    look = (
        "import sys; from graphscope.backends import base, probe; base.names(); "
        "print([name for name in ('cupy', 'torch', 'jax', 'array_api_strict') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "[]"
