"""No kernel makes the host wait for the GPU, but those whose result has a size that only the numbers tell."""

from __future__ import annotations

import pytest

from tests.fakes import fake_cupy_backend, watch
from tests.ops.cases import CASES, Case
from tests.ops.running import gradients


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_neither_the_forward_nor_the_backward_kernel_asks_for_a_number_of_the_gpu(case: Case) -> None:
    backend = fake_cupy_backend()
    with watch() as seen:
        gradients(case, "float32", backend)
    assert bool(seen.waits) == case.waits  # where the size of the result depends on the numbers
    assert seen.downloads  # the results, which this test fetched itself
