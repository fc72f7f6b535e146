"""What a call of PyTorch is, for whoever takes a step down: its name, its arguments, its mask, its parts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple, cast

import numpy as np

from graphscope.capture.tape import Slot, several
from graphscope.capture.torch_ops import rule

CONSTANT = frozenset(
    "zeros_like ones_like full_like empty_like rand_like randn_like randint_like new_zeros new_ones new_full "
    "new_empty bernoulli bernoulli_ normal normal_ uniform_ rand randn randint randperm multinomial".split()
)
"""What reads of a tensor only its shape, or draws: a constant of this step."""


RECURRENT = frozenset(("lstm", "gru", "rnn_tanh", "rnn_relu"))


class Named(NamedTuple):
    """Where a tensor stood in arguments: its name on the tape, or several of a tuple."""

    name: Any


def is_aten(target: Any) -> bool:
    """Whether it is one of PyTorch's own operations."""
    return getattr(target, "namespace", "") == "aten"


@cache
def all_parts() -> Mapping[Any, Any]:
    """How each operation without a rule is taken apart, into parts of which some have to be taken apart again."""
    table: Any = import_module("torch._decomp").decomposition_table  # no public names
    utils: Any = import_module("torch._export.utils")
    known = {*table, *utils._collect_all_valid_cia_ops()}  # noqa: SLF001 - as above
    found = {target: parts_of(target) for target in known if is_aten(target) and hasattr(target, "_schema")}
    return {target: parts for target, parts in found.items() if parts is not None}


def parts_of(target: Any) -> Any:
    """How an operation without a rule is taken apart, or None."""
    table: Any = import_module("torch._decomp").decomposition_table  # no public names
    utils: Any = import_module("torch._export.utils")

    name, overload = name_of(target)
    if rule(name, overload) is not None or name in CONSTANT:
        return None
    if target in table:
        return table[target]
    return utils._get_decomp_for_cia(target) if utils._is_cia_op(target) else None  # noqa: SLF001 - as above


def name_of(target: Any) -> tuple[str, str]:
    """An operation's name and overload."""
    if is_aten(target):
        return target.overloadpacket.__name__, target._overloadname  # noqa: SLF001
    return str(target), ""


def is_operation(func: Any) -> bool:
    """Whether it is an operation with a schema, not a function that consists of some."""
    return hasattr(func, "_schema")


def is_tensor(thing: Any) -> bool:
    """Whether it is one of PyTorch's tensors."""
    import torch

    return isinstance(thing, torch.Tensor)


def plain(given: Any) -> Any:
    """Arguments as plain data: tensors as slots, types and devices as texts."""
    if isinstance(given, Slot):
        return given
    if isinstance(given, Named):
        return Slot(given.name) if isinstance(given.name, str) else [Slot(each) for each in given.name]
    if isinstance(given, dict):
        return {key: plain(each) for key, each in given.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(given, tuple):
        return tuple(plain(each) for each in given)  # pyright: ignore[reportUnknownVariableType]
    if isinstance(given, list):
        return [plain(each) for each in given]  # pyright: ignore[reportUnknownVariableType]
    return given if given is None or isinstance(given, (bool, int, float, str)) else str(given)


def drawn_mask(name: tuple[str, str], given: tuple[Any, ...], named: Mapping[str, Any]) -> np.ndarray | None:
    """Which elements the dropout of a call is about to keep; the random numbers are as they were afterwards."""
    shape_and_rate = _dropout_of(name[0], given, named)
    if shape_and_rate is None:
        return None
    import torch

    shape, rate, like = shape_and_rate
    devices = [like.device] if like.device.type == "cuda" else []
    fork = cast("Any", torch.random).fork_rng
    with fork(devices), torch.no_grad():
        ones = torch.ones(shape, dtype=like.dtype, device=like.device)
        if shape == tuple(like.shape):
            ones = torch.ones_like(like)  # laid out as it is in memory, which is the order of the draws
        kept = torch.nn.functional.dropout(ones, rate)
    return (kept != 0).cpu().numpy()


def _dropout_of(
    name: str, given: tuple[Any, ...], named: Mapping[str, Any]
) -> tuple[tuple[int, ...], float, Any] | None:
    """The shape of its mask, its rate, and a tensor of its kind."""
    if name in ("native_dropout", "dropout") and given[1] and given[2] is not False:
        return tuple(given[0].shape), float(given[1]), given[0]
    if name in RECURRENT and len(given) > 8 and given[5] and given[6] and given[4] > 1:
        return _between_layers(given), float(given[5]), given[0]
    rate = (
        named.get("dropout_p", given[4] if len(given) > 4 else 0.0)
        if name == "scaled_dot_product_attention"
        else 0.0
    )
    if rate:
        q, k = (
            given[place] if len(given) > place else named[word] for place, word in ((0, "query"), (1, "key"))
        )
        return (*q.shape[:-1], k.shape[-2]), float(rate), q
    return None


def _between_layers(given: tuple[Any, ...]) -> tuple[int, ...]:
    """The masks of a recurrent layer: one for each layer but the last, [time, sample, unit of all directions]."""
    x, first, _, _, layers, _, _, bidirectional, batch_first = given[:9]
    state = several(first)[0]
    samples, time = (x.shape[0], x.shape[1]) if batch_first else (x.shape[1], x.shape[0])
    return layers - 1, time, samples, state.shape[-1] * (2 if bidirectional else 1)
