"""What to do with model files that are not opened here: the line that converts or captures each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile, is_zipfile

from graphscope.errors import Sentence

_CAPTURE = 'graphscope.capture(model, x, y, loss, save="run.gscope")'


def advice(path: Path) -> Sentence | None:
    """What to do with a file or folder of a kind that is known but not opened; None for any other."""
    if path.is_dir():
        return _saved_model(path) if (path / "saved_model.pb").is_file() else None
    suffix = path.suffix.lower()
    if suffix in (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".joblib"):
        return _pickle(path)
    template = _BY_SUFFIX.get(suffix)
    if path.name == "saved_model.pb":
        return _saved_model(path.parent)
    return None if template is None else Sentence(template, file=path.name)


def _saved_model(folder: Path) -> Sentence:
    return Sentence(
        "{file} is a SavedModel of TensorFlow, which holds a program; convert it with: "
        "python -m tf2onnx.convert --saved-model {file} --output model.onnx",
        file=str(folder),
    )


def _pickle(path: Path) -> Sentence:
    if _is_script(path):
        return Sentence(
            "{file} is TorchScript, which holds a program; in your own program, load it with "
            "model = torch.jit.load({quoted}) and write: {line}",
            file=path.name,
            quoted=repr(path.name),
            line=_CAPTURE,
        )
    return Sentence(
        "{file} is a pickle, which can run any program when it is read, so GraphScope never opens one; where your "
        "program has the model, write: {line}",
        file=path.name,
        line=_CAPTURE,
    )


def _is_script(path: Path) -> bool:
    """Whether a file of PyTorch holds a program beside its numbers: by the names in it, nothing is read."""
    try:
        if not is_zipfile(path):
            return False
        with ZipFile(path) as file:
            return any("/code/" in name for name in file.namelist()[:10_000])
    except (OSError, ValueError, NotImplementedError):
        return False
    except Exception:  # noqa: BLE001 - a damaged archive is no script either
        return False


_BY_SUFFIX: Mapping[str, str] = {
    ".pb": "{file} is a graph of TensorFlow; convert it with: python -m tf2onnx.convert --graphdef {file} "
    "--inputs INPUT:0 --outputs OUTPUT:0 --output model.onnx",
    ".tflite": "{file} is a model of TensorFlow Lite; convert it with: python -m tf2onnx.convert --tflite {file} "
    "--output model.onnx",
    ".safetensors": "{file} holds weights without a model; load them into the model in your program, and capture it: "
    'graphscope.capture(model, x, y, loss, save="run.gscope")',
    ".pdmodel": "{file} is a model of Paddle; convert it with: paddle2onnx --model_dir . --model_filename {file} "
    "--save_file model.onnx",
    ".caffemodel": "{file} is a model of Caffe; convert it to ONNX first",
}

SUFFIXES = (*_BY_SUFFIX, ".pt", ".pth", ".pkl", ".ckpt")
"""The endings of files that are told what to do with."""
