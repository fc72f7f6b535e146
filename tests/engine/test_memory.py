"""Out of memory is a stop with a sentence, after which the run goes on; what cannot fit is not even tried."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.backends.base import Backend, Memory, open_backend
from graphscope.debug.session import Session
from graphscope.engine import memory
from graphscope.engine.feeding import with_inputs
from graphscope.engine.memory import VIEWS, asked_for, ran_out
from graphscope.model.model import Model
from graphscope.ops import registered
from graphscope.ops.functions import Unary
from graphscope.view.text import Text
from tests.engine.examples import ADAM, session
from tests.fakes import fake_cupy_backend, little_memory, open_tested
from tests.ops.cases import CASES

MEGABYTE = 2**20


def growing(size: int = 1500) -> Model:
    """A column (6 KB) times a row: 8.6 MB, then as much a step."""
    g = gs.Builder("growing")
    x = g.input("x", (size, 1))
    w = g.parameter("w", np.ones((1, size)))
    outer = (x @ w).named("outer")
    g.loss(g.call(ops.ReduceMean(), g.call(ops.Square(), outer, name="squares")))
    g.optimizer(ops.SGD(0.1))
    g.feed({"x": np.ones((size, 1))})
    return g.build()


class Greedy(Unary, abstract=True):
    """out = x, unless memory is said to run out."""

    error: ClassVar[Exception | None] = None

    def forward(self, xp: Any, x: Any) -> Any:
        if Greedy.error is not None:
            raise Greedy.error
        return x * 1

    def vjp(self, xp: Any, g: Any, out: Any, x: Any) -> tuple[Any]:
        return (g * 1,)


def greedy() -> Model:
    g = gs.Builder("greedy")
    p = g.parameter("p", [1.0, 2.0])
    g.loss(g.call(ops.ReduceSum(), g.call(Greedy(), p, name="greedy")))
    g.optimizer(ops.SGD(0.1))
    return g.build()


@pytest.fixture
def raising() -> Any:
    """Let the kernel of `Greedy` raise."""

    def choose(error: Exception | None) -> None:
        Greedy.error = error

    yield choose
    Greedy.error = None


TORCH_GPU = "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 8.00 GiB"
TORCH_CPU = (
    "[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to "
    "allocate 8000000000000 bytes. Error code 12 (Cannot allocate memory)"
)
JAX = "RESOURCE_EXHAUSTED: Out of memory while trying to allocate 4000 bytes."
CUPY = "Out of memory allocating 1,000,000,512 bytes (allocated so far: 0 bytes)."
ERRORS: dict[str, tuple[Exception, int | None]] = {
    "Python": (MemoryError(), None),
    "CuPy": (MemoryError(CUPY), 1_000_000_512),
    "PyTorch on a GPU": (RuntimeError(TORCH_GPU), 20 * 2**30),
    "PyTorch on the CPU": (RuntimeError(TORCH_CPU), 8_000_000_000_000),
    "JAX": (RuntimeError(JAX), 4000),
    "cuBLAS": (RuntimeError("CUBLAS_STATUS_ALLOC_FAILED"), None),
    "CUDA": (RuntimeError("cudaErrorMemoryAllocation: out of memory"), None),
}


@pytest.mark.parametrize("library", ERRORS)
def test_whatever_a_library_says_becomes_one_sentence_and_the_run_goes_on(
    library: str, raising: Callable[[Exception | None], None]
) -> None:
    error, size = ERRORS[library]
    run, reference = session(greedy()), session(greedy())
    reference.iterate(2)
    run.iterate()
    run.step(2)
    before, position = run.fingerprint(), run.position
    raising(error)
    with pytest.raises(gs.GraphScopeError, match="make the batch or the layers smaller") as raised:
        run.step()
    told = str(raised.value)
    assert "Greedy" in told
    assert "greedy" in told
    assert ("needs" in told) == (size is not None)
    assert "메모리" in str(Text("ko").tell(raised.value))
    assert (run.fingerprint(), run.position) == (before, position)
    with pytest.raises(gs.GraphScopeError, match="make the batch"):
        run.iterate()
    assert run.position == position
    run.back(3)
    run.set_value("p", [3.0, 4.0])
    run.undo()
    raising(None)
    run.seek(reference.position)
    assert run.fingerprint() == reference.fingerprint()


@pytest.mark.parametrize("library", ERRORS)
def test_how_much_was_asked_for_is_read_from_the_error(library: str) -> None:
    error, size = ERRORS[library]
    assert ran_out(error)
    assert asked_for(error) == size


def test_numpy_tells_shape_and_type() -> None:
    with pytest.raises(MemoryError) as raised:
        np.empty((10**7, 10**7, 10**3), np.float32)
    assert asked_for(raised.value) == 4 * 10**17


def test_another_error_is_not_about_memory() -> None:
    assert not ran_out(RuntimeError("shapes do not fit"))
    assert not ran_out(ValueError("out of memory"))


# ---- a GPU that is too small ------------------------------------------------------------------------------


def test_a_full_gpu_stops_the_run_and_lets_it_go_on_with_less() -> None:
    with little_memory(20 * MEGABYTE):
        run = Session(growing(), fake_cupy_backend(), memory=0)
        run.step(2)
        run.step()
        before = run.fingerprint()
        with pytest.raises(gs.GraphScopeError, match=r"(needs|ran out).*; the run so far is kept"):
            run.seek(50)
        assert run.position == 3
        assert run.fingerprint() == before
        run.back(2)
        assert run.value("outer") is None
        run.step(2)
        assert run.fingerprint() == before
        run.set_value("w", np.zeros((1, 1500)))
        assert np.array_equal(run.value("w"), np.zeros((1, 1500)))  # type: ignore[arg-type]
        del run
        gc.collect()


def test_where_the_history_fills_the_gpu_older_iterations_are_dropped_and_the_run_goes_on() -> None:
    with little_memory(600_000) as gpu:
        run, reference = Session(growing(100), fake_cupy_backend()), session(growing(100))
        for each in (run, reference):
            each.iterate(12)  # 120 KB each
        assert run.losses() == pytest.approx(reference.losses())
        assert gpu.used < gpu.memory
        run.seek(5)
        reference.seek(5)
        np.testing.assert_allclose(run.value("squares"), reference.value("squares"), rtol=1e-6)  # type: ignore[arg-type]
        del run
        gc.collect()


def test_blocks_that_nobody_uses_are_freed_and_the_kernel_tried_once_more() -> None:
    with little_memory(24 * MEGABYTE) as gpu:
        backend = fake_cupy_backend()
        run = Session(growing(), backend)
        run.step(2)
        held = [backend.xp.zeros((size, 2**17)) for size in (3, 4, 5, 6)]
        held.clear()  # 18 MB in blocks that are too small for what comes
        assert gpu.pool == 18 * MEGABYTE
        assert gpu.free() < 6 * MEGABYTE
        run.step()
        assert run.value("outer") is not None
        assert gpu.pool == 0
        del run
        gc.collect()


def test_a_summary_that_has_no_room_on_the_device_is_made_on_the_host() -> None:
    with little_memory(20 * MEGABYTE):
        run = Session(growing(), fake_cupy_backend())
        run.step(3)
        moment = run.moment()
        assert moment.values["outer"].norm == pytest.approx(1500.0)
        del run, moment
        gc.collect()


def test_parameters_that_have_no_room_are_told_by_name() -> None:
    with little_memory(50_000), pytest.raises(gs.GraphScopeError, match=r"^w needs .* is free on CuPy"):
        Session(growing(20_000), fake_cupy_backend())


def test_an_edit_that_has_no_room_is_told_and_nothing_has_changed() -> None:
    with little_memory(20 * MEGABYTE):
        run = Session(growing(), fake_cupy_backend())
        run.step(4)
        before = run.fingerprint()
        with pytest.raises(gs.GraphScopeError, match=r"^outer needs 8\.6 MB, and .* is free on CuPy"):
            run.set_value("outer", np.zeros((1500, 1500)))
        assert (run.fingerprint(), run.edits) == (before, 0)
        del run
        gc.collect()


def test_a_switch_to_a_full_gpu_leaves_the_run_where_it_was() -> None:
    run = session(growing())
    run.step(3)
    before, position = run.fingerprint(), run.position
    with little_memory(MEGABYTE), pytest.raises(gs.GraphScopeError, match="outer"):
        run.switch(fake_cupy_backend())
    assert (run.fingerprint(), run.position, run.backend.name) == (before, position, "numpy")
    run.iterate()


# ---- what is not tried ------------------------------------------------------------------------------------


def huge(side: int = 10**6) -> Model:
    g = gs.Builder("huge")
    p = g.parameter("p", np.zeros((1, 1)))
    wide = g.call(ops.Expand((side, side)), p, name="wide")
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Square(), wide)))
    return g.build()


@pytest.mark.parametrize("name", ["numpy", "strict", "torch", "fake cupy"])
def test_a_result_that_cannot_fit_is_refused_before_it_is_tried(name: str) -> None:
    run = Session(huge(), open_tested(name))
    run.step(2)
    with pytest.raises(gs.GraphScopeError, match=r"Expand at .* needs 3\.6 TB in its forward step, and .*"):
        run.step()
    assert run.position == 2


def test_a_size_that_only_the_data_tells_is_looked_at_before_the_kernel_runs() -> None:
    g = gs.Builder("told by data")
    p = g.parameter("p", np.zeros((1, 1)))
    shape = g.input("shape", (2,), dtype="int64", gradient=False)
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Expand(), p, shape, name="wide")))
    g.feed({"shape": np.array([10**6, 10**6])})
    run = session(g.build())
    run.step(2)
    with pytest.raises(gs.GraphScopeError, match="wide needs"):
        run.step()
    small = session(with_inputs(run.model, {"shape": np.array([3, 4])}))
    small.iterate()
    assert small.value("wide") is not None


@dataclass(frozen=True)
class Cramped:
    """NumPy with little memory left."""

    backend: Backend
    free: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.backend, name)

    def memory(self) -> Memory:
        return Memory(used=0, total=2**40, free=self.free)


def test_backward_asks_for_room_too_and_small_results_ask_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "LARGE", 4 * MEGABYTE)
    run = Session(growing(), Cramped(open_backend("numpy"), 10 * MEGABYTE))  # type: ignore[arg-type]
    run.iterate(2)
    asked: list[int] = []
    tight = Session(growing(), Cramped(open_backend("numpy"), 8 * MEGABYTE))  # type: ignore[arg-type]
    monkeypatch.setattr(memory, "require", lambda size, backend: asked.append(size))
    calm = Session(growing(30), Cramped(open_backend("numpy"), 0))  # type: ignore[arg-type]
    calm.iterate(2)
    assert asked == []
    monkeypatch.undo()
    monkeypatch.setattr(memory, "LARGE", 4 * MEGABYTE)
    with pytest.raises(gs.GraphScopeError, match=r"needs 8\.6 MB"):
        tight.seek(50)


def test_where_nobody_tells_what_is_free_the_whole_memory_counts() -> None:
    nobody: Any = SimpleNamespace(memory=lambda: None)
    assert memory.free_on(nobody) == memory.machine.total()
    told: Any = SimpleNamespace(memory=lambda: Memory(used=1, total=5))
    assert memory.free_on(told) == 5


@pytest.mark.parametrize("case", [case for case in CASES if case.op.name in VIEWS], ids=lambda case: case.id)
def test_ops_that_are_said_to_make_views_take_no_memory(case: Any) -> None:
    arrays = case.arrays("float64")
    made = case.op.forward(open_backend("numpy").xp, *arrays)
    for each in made if isinstance(made, tuple) else (made,):
        assert (
            any(np.shares_memory(each, array) for array in arrays if isinstance(array, np.ndarray))
            or not each.size
        )


def test_every_op_that_is_said_to_make_views_exists() -> None:
    assert set(registered()) >= VIEWS


def test_an_optimizer_with_state_asks_for_all_that_it_writes() -> None:
    g = gs.Builder("adam")
    w = g.parameter("w", np.ones((1000, 1000)))
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Square(), w)))
    g.optimizer(ADAM)
    run = session(g.build())
    iteration, _ = run.history.locate(0)
    update = iteration.plan.steps[-1]
    planned = memory._planned(update, iteration.plan.specs)
    assert planned == sum(run.value(name).nbytes for name in ("w", "w@m", "w@v", "w@t"))  # type: ignore[union-attr]
