"""A recorded run notes the time of every step and every copy, and changes nothing about the run."""

from __future__ import annotations

from itertools import count

from graphscope.app.opening import find_model
from graphscope.backends.base import open_backend
from graphscope.debug.recording import Tap, record
from graphscope.debug.session import Session
from tests.fakes import fake_cupy_backend


def ticking():
    ticks = count()
    return lambda: float(next(ticks))


def test_every_step_of_every_iteration_has_its_time() -> None:
    losses, steps, _ = record(find_model("xor"), open_backend("numpy"), iterations=3, clock=ticking())
    assert len(losses) == 3
    assert [step.index for step in steps] == list(range(19))
    assert all(len(step.seconds) == 3 and min(step.seconds) > 0 for step in steps)
    assert (steps[0].kind, steps[2].op, steps[-1].kind) == ("data", "MatMul", "update")


def test_the_losses_are_those_of_the_same_run_unrecorded() -> None:
    losses, _, _ = record(find_model("xor"), open_backend("numpy"), iterations=3, clock=ticking())
    session = Session(find_model("xor"), open_backend("numpy"))
    session.iterate(3)
    assert losses == session.losses()


def test_every_copy_to_the_device_is_told_with_its_bytes_and_its_step() -> None:
    _, steps, transfers = record(find_model("xor"), fake_cupy_backend(), iterations=2, clock=ticking())
    before = [each for each in transfers if each.step is None]
    assert {each.direction for each in transfers} == {"to the device"}
    assert max(each.bytes for each in before) == 2 * 4 * 4  # W1: 2 by 4 numbers of 4 bytes
    assert all(each.seconds > 0 for each in transfers)
    assert {steps[each.step].kind for each in transfers if each.step is not None} <= {"data", "random"}


def test_looking_at_the_loss_counts_as_no_copy_of_the_run() -> None:
    _, _, transfers = record(find_model("xor"), fake_cupy_backend(), iterations=2, clock=ticking())
    assert "to the host" not in {each.direction for each in transfers}


def test_a_tapped_backend_does_what_the_backend_does() -> None:
    backend = open_backend("numpy")
    tap = Tap(backend, ticking())
    assert (tap.name, tap.device, tap.title) == ("numpy", "cpu", "NumPy · CPU")
    assert tap.xp is backend.xp
    assert tap.overrides is backend.overrides
    assert tap.memory() is not None
    there = Session(find_model("digits_cnn"), tap)
    here = Session(find_model("digits_cnn"), backend)
    there.iterate()
    here.iterate()
    assert there.fingerprint() == here.fingerprint()
    assert tap.take()[-1][0] == "to the host"
    assert tap.take() == []
