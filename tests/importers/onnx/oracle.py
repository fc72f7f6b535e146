"""onnxruntime as the oracle: the outputs of a model file for given inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import graphscope as gs


def outputs(path: Path, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What onnxruntime computes, by output name."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_outputs()]
    made: Any = session.run(names, inputs)
    return dict(zip(names, made, strict=True))


def agree(path: Path, inputs: dict[str, np.ndarray] | None = None, *, rtol: float = 1e-4) -> gs.Session:
    """Step the file once and hold every output to onnxruntime's; the session, for more questions."""
    session = gs.open(path, inputs=inputs)
    session.iterate()
    given = {name: np.asarray(session.value(name)) for name in session.graph.inputs}
    for name, expected in outputs(path, given).items():
        found = session.value(name)
        assert found is not None
        assert found.dtype == expected.dtype
        scale = float(np.max(np.abs(expected), initial=0))
        np.testing.assert_allclose(found, expected, rtol=rtol, atol=max(rtol * scale, 1e-6), err_msg=name)
    return session
