"""Every backend offers the same functions, and computes with each of them what NumPy computes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphscope.backends import namespace
from graphscope.backends.base import Backend, backend_file, names
from graphscope.errors import BackendError, InputError, ShapeError
from tests.fakes import installed

Array = np.ndarray[Any, Any]
FLOATING = ("float32", "float64")


def numbers(*shape: int, dtype: str = "float64") -> Array:
    """Some numbers, the same ones each time, none of them round."""
    return np.random.default_rng(7).normal(size=shape).astype(dtype)


def backwards(x: Array) -> Array:
    """The same numbers in another order of memory."""
    return np.ascontiguousarray(x.T).T


def agree(backend: Backend, got: Any, expected: Array, *, units: float = 8) -> None:
    """The same shape, dtype and numbers, to some units in the last place."""
    back = backend.get(got)
    assert back.dtype == expected.dtype
    assert back.shape == expected.shape
    tolerance = units * float(np.finfo(expected.dtype).eps) if expected.dtype.kind == "f" else 0.0
    np.testing.assert_allclose(back, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", names())
def test_the_backend_can_be_used_on_this_machine(name: str) -> None:
    """Says once, by skipping, which backends the tests below could not try."""
    file = backend_file(name)
    reason = file.problem()
    if reason is not None:
        pytest.skip(f"{file.title}: {reason} {file.fix()}")
    assert file.fix() is None
    assert file.devices()


def test_every_function_of_the_standard_and_every_extra_one_is_there(backend: Backend) -> None:
    missing = [name for name in (*namespace.STANDARD, *namespace.EXTRA) if not hasattr(backend.xp, name)]
    assert missing == []


def test_nothing_but_the_listed_names_is_there(backend: Backend) -> None:
    public = {name for name in dir(backend.xp) if not name.startswith("__")}
    assert public <= {*namespace.STANDARD, *namespace.EXTRA, *namespace.OPTIONAL}


@pytest.mark.parametrize("dtype", FLOATING)
@pytest.mark.parametrize(
    ("shape", "widths"),
    [
        ((3,), [(1, 2)]),
        ((2, 3), [(0, 0), (2, 1)]),
        ((2, 3), [(-1, 2), (1, -2)]),
        ((2, 3), [(0, 0), (-3, 0)]),
        ((0, 3), [(1, 1), (0, 0)]),
        ((), []),
        ((2, 1, 3, 4), [(0, 0), (0, 0), (1, 1), (2, 2)]),
    ],
)
def test_padding_surrounds_with_the_value_and_cuts_where_negative(
    backend: Backend, shape: tuple[int, ...], widths: list[tuple[int, int]], dtype: str
) -> None:
    x = numbers(*shape, dtype=dtype)
    cut = x[tuple(slice(max(-a, 0), n - max(-b, 0)) for n, (a, b) in zip(shape, widths, strict=True))]
    added = [(max(a, 0), max(b, 0)) for a, b in widths]
    expected = np.pad(cut, added, constant_values=-2.5) if widths else x
    agree(backend, backend.xp.pad(backend.put(x), widths, -2.5), expected)


def test_padding_is_zero_unless_told_and_keeps_integers(backend: Backend) -> None:
    x = np.array([1, 2], dtype="int64")
    agree(backend, backend.xp.pad(backend.put(x), [(1, 1)]), np.array([0, 1, 2, 0], dtype="int64"))


def test_padding_an_array_that_is_read_in_another_order(backend: Backend) -> None:
    x = numbers(3, 4)
    turned = backend.xp.permute_dims(backend.put(x), (1, 0))
    agree(backend, backend.xp.pad(turned, [(1, 0), (0, 1)]), np.pad(x.T, [(1, 0), (0, 1)]))


@pytest.mark.parametrize("widths", [[(0, 0)], [(-2, -2), (0, 0)], [(0, 0), (4, -4)]])
def test_padding_that_does_not_fit_is_refused(backend: Backend, widths: list[tuple[int, int]]) -> None:
    with pytest.raises(ShapeError, match="pad: "):
        backend.xp.pad(backend.put(numbers(3, 3)), widths)


def windows_one_by_one(
    x: Array, window: tuple[int, ...], strides: tuple[int, ...], dilations: tuple[int, ...]
) -> Array:
    """Each window cut out by itself."""
    kept = x.ndim - len(window)
    spans = [d * (w - 1) + 1 for w, d in zip(window, dilations, strict=True)]
    places = [(n - span) // s + 1 for n, span, s in zip(x.shape[kept:], spans, strides, strict=True)]
    out = np.empty((*x.shape[:kept], *places, *window), x.dtype)
    for place in np.ndindex(*places):
        inside = zip(place, strides, spans, dilations, strict=True)
        cut = tuple(slice(p * s, p * s + span, d) for p, s, span, d in inside)
        out[(..., *place, *(slice(None),) * len(window))] = x[(..., *cut)]
    return out


WINDOWS = [
    ((7,), (3,), (1,), (1,)),
    ((7,), (3,), (2,), (2,)),
    ((2, 3, 5, 6), (2, 3), (1, 1), (1, 1)),
    ((2, 3, 5, 6), (2, 2), (3, 2), (1, 1)),
    ((2, 3, 7, 7), (3, 2), (2, 1), (2, 3)),
    ((1, 4, 4, 4), (2, 2, 2), (1, 2, 1), (1, 1, 1)),
    ((0, 4), (2,), (1,), (1,)),
    ((3, 4), (), (), ()),
]


@pytest.mark.parametrize(("shape", "window", "strides", "dilations"), WINDOWS)
@pytest.mark.parametrize("arrange", [np.ascontiguousarray, backwards])
def test_sliding_windows_are_those_cut_out_one_by_one(
    backend: Backend,
    shape: tuple[int, ...],
    window: tuple[int, ...],
    strides: tuple[int, ...],
    dilations: tuple[int, ...],
    arrange: Callable[[Array], Array],
) -> None:
    x = arrange(numbers(*shape, dtype="float32"))
    expected = windows_one_by_one(x, window, strides, dilations)
    agree(backend, backend.xp.sliding_windows(backend.put(x), window, strides, dilations), expected)


def test_sliding_windows_over_an_array_with_steps_in_memory(backend: Backend) -> None:
    x = numbers(4, 9, 8)
    part = backend.put(x)[:, ::2, 1::3]
    expected = windows_one_by_one(x[:, ::2, 1::3], (2, 2), (1, 1), (1, 1))
    agree(backend, backend.xp.sliding_windows(part, (2, 2), (1, 1), (1, 1)), expected)


def test_a_window_larger_than_the_array_is_refused(backend: Backend) -> None:
    with pytest.raises(ShapeError, match=re.escape("spans (5,) does not fit into (4,)")):
        backend.xp.sliding_windows(backend.put(numbers(4)), (3,), (1,), (2,))


def added_one_by_one(shape: tuple[int, ...], indices: Array, values: Array, axis: int) -> Array:
    """Each value added by itself."""
    out = np.zeros(shape, values.dtype)
    for place in np.ndindex(*values.shape):
        along = place[axis]
        index = indices[along] if indices.ndim == 1 else indices[place]
        target = [*place]
        target[axis] = int(index)
        out[tuple(target)] += values[place]
    return out


ADDITIONS = [
    ((5,), np.array([0, 0, 4, -1, 0]), (5,), 0),
    ((3, 2), np.array([2, 2, 0, 2]), (4, 2), 0),
    ((2, 4), np.array([1, 1, 1]), (2, 3), 1),
    ((2, 4, 3), np.array([-4, 3]), (2, 2, 3), -2),
    ((2, 3), np.array([[0, 0, 1, 0], [2, -1, 2, 2]]), (2, 4), 1),
    ((3, 2), np.array([[0, 1], [0, 1], [-1, 1]]), (3, 2), 0),
    ((4, 2), np.array([], dtype="int64"), (0, 2), 0),
    ((2, 2), np.zeros((2, 0), dtype="int64"), (2, 0), 1),
    ((0, 2), np.array([], dtype="int64"), (0, 2), 0),
]


@pytest.mark.parametrize("dtype", [*FLOATING, "int64", "int32"])
@pytest.mark.parametrize(("shape", "indices", "values_shape", "axis"), ADDITIONS)
def test_scatter_add_adds_up_repeated_indices(
    backend: Backend,
    shape: tuple[int, ...],
    indices: Array,
    values_shape: tuple[int, ...],
    axis: int,
    dtype: str,
) -> None:
    values = (numbers(*values_shape) * 10).astype(dtype)
    expected = added_one_by_one(shape, indices, values, axis)
    got = backend.xp.scatter_add(shape, backend.put(indices), backend.put(values), axis)
    agree(backend, got, expected)


def test_scatter_add_takes_small_indices_and_turned_values(backend: Backend) -> None:
    values = numbers(2, 3)
    turned = backend.xp.permute_dims(backend.put(values), (1, 0))
    indices = np.array([1, 1, 0], dtype="int32")
    expected = added_one_by_one((2, 2), indices, values.T, 0)
    agree(backend, backend.xp.scatter_add((2, 2), backend.put(indices), turned, 0), expected)


def test_scatter_add_of_shapes_that_do_not_fit_is_refused(backend: Backend) -> None:
    with pytest.raises(ShapeError, match="scatter_add: "):
        backend.xp.scatter_add((5, 2), backend.put(np.array([1, 2, 3])), backend.put(numbers(2, 2)), 0)


@pytest.mark.parametrize("wrong", [3, -4])
def test_an_index_out_of_range_is_refused_where_looking_costs_nothing(backend: Backend, wrong: int) -> None:
    if backend.device != "cpu" or backend.name == "jax":
        pytest.skip("a GPU does not tell, and neither does JAX")
    indices = backend.put(np.array([0, wrong]))
    with pytest.raises(InputError, match="but the axis has 3 places"):
        backend.xp.scatter_add((3,), indices, backend.put(numbers(2)), 0)


@pytest.mark.parametrize("wrong", [3, -4])
def test_taking_what_is_not_there_is_refused_where_looking_costs_nothing(
    backend: Backend, wrong: int
) -> None:
    if backend.device != "cpu" or backend.name == "jax":
        pytest.skip("a GPU does not tell, and neither does JAX")
    indices = backend.put(np.array([[0], [wrong]]))
    with pytest.raises((InputError, IndexError)):
        backend.xp.take_along_axis(backend.put(numbers(2, 3)), indices, axis=-1)


@pytest.mark.parametrize("dtype", FLOATING)
@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("bij,bkj->bik", [(2, 3, 4), (2, 5, 4)]),
        ("ii->i", [(3, 3)]),
        ("ij->", [(3, 2)]),
        ("...i,i->...", [(2, 3, 4), (4,)]),
        ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 2)]),
        ("ij,jk->ik", [(2, 0), (0, 3)]),
    ],
)
def test_einsum_sums_over_the_letters_left_out(
    backend: Backend, subscripts: str, shapes: list[tuple[int, ...]], dtype: str
) -> None:
    arrays = [numbers(*shape, dtype=dtype) for shape in shapes]
    expected = np.asarray(np.einsum(subscripts, *arrays))
    agree(backend, backend.xp.einsum(subscripts, *map(backend.put, arrays)), expected, units=32)


@pytest.mark.parametrize("shape", [(), (0,), (41,), (30, 41)])
@pytest.mark.parametrize("dtype", FLOATING)
def test_erf_is_the_error_function(backend: Backend, shape: tuple[int, ...], dtype: str) -> None:
    x = numbers(*shape, dtype=dtype) * np.dtype(dtype).type(2)
    exact = [math.erf(each) for each in np.ravel(x).tolist()]
    agree(backend, backend.xp.erf(backend.put(x)), np.array(exact, dtype=dtype).reshape(shape))


def test_erf_of_what_is_no_number_and_of_the_ends_of_the_line(backend: Backend) -> None:
    x = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0])
    expected = np.array([np.nan, 1.0, -1.0, 0.0, -0.0])
    got = backend.get(backend.xp.erf(backend.put(x)))
    np.testing.assert_array_equal(got, expected)
    assert np.signbit(got[4])


def test_nan_and_inf_come_out_in_silence(backend: Backend) -> None:
    xp = backend.xp
    x = backend.put(np.array([0.0, -1.0, 1e308]))
    with xp.errstate():
        got = [backend.get(y) for y in (xp.log(x), x / (x * 0.0), x * 10.0)]
    np.testing.assert_array_equal(got[0][:2], [-np.inf, np.nan])
    np.testing.assert_array_equal(got[1], [np.nan, np.inf, np.inf])
    assert got[2][2] == np.inf


def test_the_context_can_be_entered_again_and_inside_itself(backend: Backend) -> None:
    with backend.xp.errstate(), backend.xp.errstate():
        pass
    with backend.xp.errstate():
        agree(backend, backend.put(numbers(2)) + 1.0, numbers(2) + 1.0)


def test_new_arrays_have_the_dtype_that_numpy_chooses(backend: Backend) -> None:
    xp = backend.xp
    made = {
        "float64": [
            *(xp.asarray(0.5), xp.asarray([1.0]), xp.zeros((2,)), xp.ones((2,)), xp.empty((2,))),
            *(xp.full((2,), 0.5), xp.arange(2.0), xp.linspace(0.0, 1.0, 3), xp.eye(2)),
        ],
        "int64": [xp.asarray(1), xp.asarray([1, 2]), xp.full((2,), 3), xp.arange(3)],
        "bool": [xp.asarray(True), xp.full((2,), True)],
        "float32": [
            *(xp.asarray(0.5, dtype=xp.float32), xp.zeros((2,), dtype=xp.float32)),
            *(xp.full((2,), 0.5, dtype=xp.float32), xp.arange(2.0, dtype=xp.float32)),
        ],
    }
    for dtype, arrays in made.items():
        assert [str(backend.get(array).dtype) for array in arrays] == [dtype] * len(arrays)


def test_a_python_number_leaves_float32_as_it_is(backend: Backend) -> None:
    xp = backend.xp
    x = backend.put(numbers(3, dtype="float32"))
    results = (x * 0.5, 1.0 - x, xp.maximum(x, 0.0), xp.where(x > 0.0, x, 0.0), xp.clip(x, 0.0, 1.0), x**2)
    assert {str(backend.get(result).dtype) for result in results} == {"float32"}


def test_a_sum_of_everything_can_be_computed_with_like_an_array(backend: Backend) -> None:
    xp = backend.xp
    x = numbers(2, 3)
    total = xp.sum(backend.put(x))
    assert total.shape == ()
    agree(backend, xp.astype(total, xp.float32), np.asarray(x.sum(), dtype="float32"))
    agree(backend, xp.reshape(total, (1, 1)) * backend.put(x), x.sum() * x)


def test_sorting_downwards_and_counting_work_as_the_standard_says(backend: Backend) -> None:
    xp = backend.xp
    x = np.array([[3.0, 0.0, 2.0], [0.0, 5.0, 4.0]])
    device = backend.put(x)
    agree(backend, xp.sort(device, axis=1, descending=True), -np.sort(-x, axis=1))
    agree(backend, xp.astype(xp.count_nonzero(device, axis=1), xp.int64), np.array([2, 2]))
    assert xp.count_nonzero(device).shape == ()


DTYPES = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
DTYPES = (*DTYPES, "float16", "float32", "float64", "complex64", "complex128")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0, 2), (2, 3)])
def test_what_is_put_is_what_one_gets(backend: Backend, shape: tuple[int, ...], dtype: str) -> None:
    if backend.name == "strict" and dtype == "float16":
        pytest.skip("array-api-strict has no float16")
    x = (numbers(*shape) * 3).astype(dtype)
    back = backend.get(backend.put(x))
    assert back.dtype == x.dtype
    assert back.shape == x.shape
    np.testing.assert_array_equal(back, x)


@pytest.mark.parametrize(
    "arrange",
    [
        lambda x: x[::-1, ::2],
        lambda x: x.T,
        lambda x: x.astype(">f8"),
        lambda x: np.broadcast_to(x[0], (5, 4)),
    ],
)
def test_an_array_in_any_memory_order_can_be_put(backend: Backend, arrange: Callable[[Array], Array]) -> None:
    x = arrange(numbers(3, 4))
    agree(backend, backend.put(x), np.array(x, dtype="float64"))


def test_writing_to_the_host_array_later_changes_nothing_on_the_device(backend: Backend) -> None:
    x = numbers(3)
    frozen = x[:]
    frozen.flags.writeable = False  # a view: its owner can still write
    there = [backend.put(x), backend.put(frozen)]
    before = x.copy()
    x[:] = 0.0
    for array in there:
        np.testing.assert_array_equal(backend.get(array), before)


def test_what_one_gets_cannot_be_written_to(backend: Backend) -> None:
    back = backend.get(backend.put(numbers(3)))
    with pytest.raises(ValueError, match="read-only"):
        back[0] = 1.0


def test_a_scalar_that_a_reduction_gave_comes_back_as_an_array(backend: Backend) -> None:
    back = backend.get(backend.xp.sum(backend.put(numbers(2, 2))))
    assert isinstance(back, np.ndarray)
    assert back.shape == ()


@pytest.mark.parametrize("x", [np.array(["a"]), np.array([object()]), np.array(["2020"], "datetime64[D]")])
def test_an_array_that_holds_no_numbers_is_refused_in_a_sentence(backend: Backend, x: Array) -> None:
    with pytest.raises(BackendError, match="cannot hold an array of"):
        backend.put(x)


def test_extra_functions_leave_their_inputs_as_they_were(backend: Backend) -> None:
    xp = backend.xp
    x = numbers(3, 4)
    device = backend.put(x)
    indices = backend.put(np.array([0, -1, 0]))
    xp.pad(device, [(1, 1), (-1, 0)])
    xp.scatter_add((2, 4), indices, device, 0)
    xp.erf(device)
    xp.einsum("ij->ji", device)
    xp.sliding_windows(device, (2, 2), (1, 1), (1, 1))
    np.testing.assert_array_equal(backend.get(device), x)
    np.testing.assert_array_equal(backend.get(indices), [0, -1, 0])


def test_memory_is_told_in_bytes_or_not_at_all(backend: Backend) -> None:
    memory = backend.memory()
    assert memory is None or 0 < memory.used < memory.total


def test_waiting_for_the_device_returns(backend: Backend) -> None:
    there = backend.put(numbers(2))
    backend.synchronize()
    agree(backend, there, numbers(2))


def test_a_device_that_is_not_there_is_refused_with_those_that_are(backend: Backend) -> None:
    file = backend_file(backend.name)
    with installed(), pytest.raises(BackendError, match="no device “cuda:77”; choose one of"):
        file.create("cuda:77")
