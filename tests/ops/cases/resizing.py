"""Rows of pictures made larger and smaller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case, Host

PICTURE = (1, 2, 3, 4)


def _torch(**options: Any) -> Callable[..., Any]:
    return lambda t, x, *_: t.nn.functional.interpolate(x, **options)


def _resize(**fields: Any) -> ops.Op:
    return ops.Resize(**{"axes": (2, 3), **fields})


def rows() -> Iterator[Case]:
    floor = {"coordinates": "asymmetric", "nearest": "floor"}
    yield Case(_resize(scales=(2.0, 1.5), **floor), (PICTURE,), _torch(scale_factor=(2.0, 1.5)))
    yield Case(_resize(sizes=(2, 3), **floor), (PICTURE,), _torch(size=(2, 3)), "nearest smaller")
    half = _resize(sizes=(5, 2), nearest="round_prefer_ceil")
    yield Case(half, (PICTURE,), _torch(size=(5, 2), mode="nearest-exact"), "nearest half")
    for rounding in ("round_prefer_floor", "ceil"):
        yield Case(_resize(scales=(2.0, 0.5), nearest=rounding), (PICTURE,), None, rounding)
    linear = {"size": (5, 3), "mode": "bilinear"}
    yield Case(_resize(sizes=(5, 3), mode="linear"), (PICTURE,), _torch(**linear), "linear")
    corners = _resize(sizes=(5, 3), mode="linear", coordinates="align_corners")
    yield Case(corners, (PICTURE,), _torch(**linear, align_corners=True), "corners")
    yield Case(
        ops.Resize(mode="linear"),
        (PICTURE, None, None, Host((1, 2, 5, 3))),
        _torch(**linear),
        "sizes as operand",
    )
    yield Case(_resize(mode="linear"), (PICTURE, None, Host((0.6, 2.0))), None, "scales as operand")
    cubic = {"size": (5, 3), "mode": "bicubic"}
    yield Case(_resize(sizes=(5, 3), mode="cubic"), (PICTURE,), _torch(**cubic), "cubic")
    yield Case(
        _resize(sizes=(5, 3), mode="cubic", coordinates="align_corners"),
        (PICTURE,),
        _torch(**cubic, align_corners=True),
        "cubic corners",
    )
    yield from _smooth()
    yield from _places()
    yield from _sampled()


def _smooth() -> Iterator[Case]:
    smooth = {"antialias": True, "exclude_outside": True}
    yield Case(
        _resize(sizes=(2, 2), mode="linear", **smooth),
        ((1, 1, 5, 4),),
        _torch(size=(2, 2), mode="bilinear", antialias=True),
        "smooth",
    )
    yield Case(
        _resize(sizes=(2, 3), mode="cubic", cubic_a=-0.5, **smooth),
        ((1, 1, 5, 4),),
        _torch(size=(2, 3), mode="bicubic", antialias=True),
        "smooth cubic",
    )


def _places() -> Iterator[Case]:
    yield Case(
        ops.Resize(sizes=(5,), axes=(2,), mode="linear"), ((1, 2, 3),), _torch(size=5, mode="linear"), "line"
    )
    for coordinates in ("half_pixel_symmetric", "pytorch_half_pixel", "asymmetric"):
        op = _resize(scales=(1.4, 0.4), mode="linear", coordinates=coordinates)
        yield Case(op, (PICTURE,), None, coordinates)
    cut = {"coordinates": "tf_crop_and_resize", "roi": (0.4, -0.2, 1.3, 0.8), "outside": 9.0}
    yield Case(_resize(sizes=(3, 3), mode="linear", **cut), (PICTURE,), None, "cut out")
    yield Case(_resize(sizes=(3, 3), **cut), (PICTURE,), None, "cut out nearest")
    yield Case(_resize(sizes=(7, 6), mode="linear", aspect="not_larger"), (PICTURE,), None, "aspect")


def _sampled() -> Iterator[Case]:
    grid = lambda rng: rng.uniform(-1.3, 1.3, (2, 2, 3, 2))  # noqa: E731
    for mode, theirs in (("linear", "bilinear"), ("nearest", "nearest"), ("cubic", "bicubic")):
        for padding in ("zeros", "border", "reflection"):
            for corners in (False, True):
                yield Case(
                    ops.GridSample(mode, padding, corners),  # type: ignore[arg-type]
                    ((2, 2, 3, 4), grid),
                    _torch_sample(theirs, padding, corners),
                    f"{mode} {padding}{' corners' * corners}",
                )
    space = ((1, 1, 2, 3, 2), lambda rng: rng.uniform(-1.2, 1.2, (1, 1, 2, 2, 3)))
    yield Case(ops.GridSample(), space, _torch_sample("bilinear", "zeros", False), "space")
    theta = ((2, 2, 3),)
    yield Case(ops.AffineGrid((2, 1, 2, 3)), theta, _torch_affine((2, 1, 2, 3), False))
    yield Case(ops.AffineGrid((2, 1, 3, 2), True), theta, _torch_affine((2, 1, 3, 2), True), "corners")
    yield Case(ops.AffineGrid((2, 1, 3, 1), True), theta, None, "one column")
    space_theta = ((1, 3, 4), Host((1, 2, 2, 1, 3)))
    yield Case(ops.AffineGrid(), space_theta, _torch_affine((1, 2, 2, 1, 3), False), "space")


def _torch_sample(mode: str, padding: str, corners: bool) -> Callable[..., Any]:
    return lambda t, x, grid: t.nn.functional.grid_sample(x, grid, mode, padding, corners)


def _torch_affine(size: tuple[int, ...], corners: bool) -> Callable[..., Any]:
    return lambda t, theta, *_: t.nn.functional.affine_grid(theta, size, align_corners=corners)
