"""Records a step of a PyTorch model call by call while it runs: for programs that ``torch.export`` cannot follow."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphscope.capture.reel import Reel
from graphscope.capture.tape import LeafKind, Slot, Tape, several
from graphscope.capture.torch_calls import (
    CONSTANT,
    drawn_mask,
    is_operation,
    is_tensor,
    name_of,
    parts_of,
    plain,
)
from graphscope.capture.torch_modules import MODEL, here, scope_of, title_of
from graphscope.capture.torch_ops import rule
from graphscope.capture.torch_step import TorchStep, array, tensors, titled, undisturbed
from graphscope.errors import ModelError
from graphscope.graph.graph import Origin

_WHOLE = frozenset(("linear", "scaled_dot_product_attention", "lstm", "gru", "rnn_tanh", "rnn_relu"))
_NORMS = ("native_batch_norm", "_native_batch_norm_legit")
"""These write running averages in place without saying so."""


def recorded(step: TorchStep) -> Tape:
    """The tape of a step, just as it ran on this batch: branches of the program are those that it took.

    Raises:
        ModelError: something was written in place where several tensors share memory.
    """
    import torch

    whole = step.module()
    given, named = step.arguments()
    with undisturbed(step.model), torch.enable_grad(), _plain_kernels():
        recorder = _Recorder(step)
        with recorder.modules(whole), _mode(recorder), _whole_functions(recorder):
            loss, outputs = whole(*given, **named)
        return recorder.tape(loss, outputs)


@contextmanager
def _plain_kernels() -> Generator[None, None, None]:
    """Layers as the operations that they consist of, not as one call into a library."""
    import torch

    with ExitStack() as stack:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on tf32 of GPUs that are not there
            stack.enter_context(torch.backends.mkldnn.flags(enabled=False))
            stack.enter_context(torch.backends.cudnn.flags(enabled=False))
        yield
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")


def _whole_functions(recorder: _Recorder) -> Any:
    """What PyTorch takes apart before a dispatch mode sees it, kept whole."""
    from torch.overrides import TorchFunctionMode

    class Whole(TorchFunctionMode):
        """Hands over calls of a few functions."""

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = getattr(func, "__name__", "")
            if name in _WHOLE and rule(name, "") is not None:
                return recorder.note((name, ""), func, args, kwargs or {}, inside=True)
            return func(*args, **(kwargs or {}))

    return Whole()


def _mode(recorder: _Recorder) -> Any:
    from torch.utils._python_dispatch import TorchDispatchMode

    class Recording(TorchDispatchMode):
        """Hands every call over."""

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if recorder.paused:
                return func(*args, **(kwargs or {}))
            parts = parts_of(func) if not _in_place(func) else None
            if parts is not None:
                with self:
                    return parts(*args, **(kwargs or {}))
            return recorder.call(func, args, kwargs or {})

    return Recording()


def _in_place(func: Any) -> bool:
    return func._schema.is_mutable  # noqa: SLF001


class _Held(NamedTuple):
    name: str
    tensor: Any
    writes: int
    """How often its memory had been written in place when it got this name."""


@dataclass(eq=False)
class _Recorder:
    """Tensors that were seen, by themselves and by where their numbers lie: autograd hands out views anew."""

    step: TorchStep
    reel: Reel = field(default_factory=lambda: Reel(array, CONSTANT))
    paused: bool = False
    """Whether what happens now is part of a call that is noted as a whole."""
    running: list[str] = field(default_factory=list[str])
    """The paths of the modules that are running."""
    _held: dict[int, _Held] = field(default_factory=dict[int, _Held])
    _placed: dict[tuple[Any, ...], _Held] = field(default_factory=dict[tuple[Any, ...], _Held])
    _writes: dict[int, int] = field(default_factory=dict[int, int])
    _counts: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        targets = {id(each) for each in tensors(self.step.target)}
        for title, tensor in titled(self.step):
            if is_tensor(tensor):
                self._leaf(title, tensor, "target" if id(tensor) in targets else "input")
        whole = self.step.module()
        for path, tensor in whole.named_parameters():
            self._leaf(title_of(path), tensor, "parameter" if tensor.requires_grad else "constant")
        for path, tensor in whole.named_buffers():
            self._leaf(title_of(path), tensor, "buffer")

    def _leaf(self, title: str, tensor: Any, kind: LeafKind) -> None:
        name = self._name(f"leaf {title}")
        self.reel.leaf(name, title, kind, tensor)
        self._hold(name, tensor, differentiable=tensor.requires_grad)

    def _name(self, word: str) -> str:
        self._counts[word] = self._counts.get(word, 0) + 1
        return f"{word}_{self._counts[word]}"

    def _hold(self, name: str, tensor: Any, *, differentiable: bool) -> None:
        held = _Held(name, tensor, self._writes.get(_memory(tensor), 0))
        self._held[id(tensor)] = held
        self._placed[_place(tensor, differentiable)] = held
        self._placed.setdefault(_place(tensor, not differentiable), held)

    def _find(self, tensor: Any) -> _Held | None:
        found = self._held.get(id(tensor)) or self._placed.get(_place(tensor, tensor.requires_grad))
        if found is not None and found.writes != self._writes.get(_memory(tensor), 0):
            raise ModelError(
                "something is written in place into memory that two tensors share, which cannot be recorded; "
                "write x = x + y in place of x += y"
            )
        return found

    def _slot(self, tensor: Any) -> Slot:
        """A tensor on the tape; one that was never seen was made outside of the step: a constant."""
        found = self._find(tensor)
        if found is None:
            name = self._name("constant")
            self.reel.constant_tensor(name, tensor)
            self._hold(name, tensor, differentiable=tensor.requires_grad)
            return Slot(name)
        return Slot(found.name)

    def call(self, func: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Make a call of an operation and note it."""
        name, overload = name_of(func)
        plainly = name.rstrip("_") if _in_place(func) and rule(name, overload) is None else name
        return self.note((plainly, overload), func, given, named)

    def note(
        self,
        name: tuple[str, str],
        func: Any,
        given: tuple[Any, ...],
        named: dict[str, Any],
        *,
        inside: bool = False,
    ) -> Any:
        """Make a call and note it.

        Args:
            inside: whether it consists of operations, which are not noted then.
        """
        import torch
        from torch.utils import _pytree as pytree

        mask = drawn_mask(name, given, named)
        slots, keywords = pytree.tree_map_only(torch.Tensor, self._slot, (given, named))
        differentiable = torch.is_grad_enabled() and name[0] != "detach"
        through = _through(func, given) if not (inside or differentiable) else None
        self.paused = inside
        try:
            made = func(*given, **named)
        finally:
            self.paused = False
        for tensor in [] if inside else _written(func, name[0], given, named):
            self._writes[_memory(tensor)] = self._writes.get(_memory(tensor), 0) + 1
        results = (*several(made), *_running(name[0], given))
        names = [(self._name(name[0]), each if is_tensor(each) else None) for each in results]
        cut = not differentiable and name[0] != "detach"
        inner = [(f"{result} inside", tensor) for result, tensor in names] if cut else names
        origin = here()
        self._tell(name, plain(slots), plain(keywords), inner, mask, origin)
        for (outer, tensor), (raw, _) in zip(names, inner, strict=True):
            if tensor is not None and cut:  # a stretch of the program without gradients
                self._cut(Slot(raw), outer, tensor, None if through is None else slots[0], origin)
            if tensor is not None:
                kept = differentiable or through is not None
                self._hold(outer, tensor, differentiable=kept and tensor.is_floating_point())
        return made

    def _tell(
        self,
        name: tuple[str, str],
        given: Any,
        named: Any,
        results: list[tuple[str, Any]],
        mask: Any = None,
        origin: Origin | None = None,
    ) -> None:
        scope = scope_of(self.running)
        self.reel.call(name, given, named, results, scope=scope, origin=origin, mask=mask)

    def _cut(self, raw: Slot, outer: str, tensor: Any, through: Slot | None, origin: Origin | None) -> None:
        """No gradient passes; what was overwritten in place keeps the gradient that it had before."""
        if through is None:
            self._tell(("detach", "default"), (raw,), {}, [(outer, tensor)], None, origin)
            return
        change, fixed = f"{outer} change", f"{outer} fixed"
        self._tell(("sub", "Tensor"), (raw, through), {}, [(change, tensor)], None, origin)
        self._tell(("detach", "default"), (Slot(change),), {}, [(fixed, tensor)], None, origin)
        self._tell(("add", "Tensor"), (through, Slot(fixed)), {}, [(outer, tensor)], None, origin)

    @contextmanager
    def modules(self, whole: Any) -> Generator[None, None, None]:
        """Follow which modules are running."""
        from torch.nn.modules import module as hooks

        paths = {
            id(each): path
            for path, each in whole.named_modules()
            if path == MODEL or path.startswith(f"{MODEL}.")
        }

        def enter(module: Any, _given: Any) -> None:
            if id(module) in paths:
                self.running.append(paths[id(module)])
                self.reel.classes.setdefault(scope_of(self.running), type(module).__name__)

        def leave(module: Any, _given: Any, _made: Any) -> None:
            if id(module) in paths:
                self.running.pop()

        handles = (
            hooks.register_module_forward_pre_hook(enter),
            hooks.register_module_forward_hook(leave, always_call=True),
        )
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def tape(self, loss: Any, outputs: tuple[Any, ...]) -> Tape:
        """What was recorded."""
        carries: dict[str, str] = {}
        buffers = {leaf.title: leaf.name for leaf in self.reel.leaves if leaf.kind == "buffer"}
        for path, tensor in self.step.module().named_buffers():
            now = self._held[id(tensor)].name
            if now != buffers[title_of(path)]:
                carries[buffers[title_of(path)]] = now
        names = tuple(found.name for each in outputs if (found := self._find(each)) is not None)
        return self.reel.tape(self._slot(loss).name, names, carries, float(loss.detach()))


def _through(func: Any, given: tuple[Any, ...]) -> Any:
    """The tensor that a call overwrites although it has a gradient, which goes on as if nothing had happened."""
    written = [] if not is_operation(func) else _written(func, "", given, {})
    return next((each for each in written if each.requires_grad), None)


def _running(name: str, given: tuple[Any, ...]) -> list[Any]:
    """The running averages that batch normalization writes, in training."""
    if name not in _NORMS or len(given) < 6 or not given[5]:
        return []
    return [each for each in given[3:5] if each is not None]


def _written(func: Any, name: str, given: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
    """The tensors that a call writes in place."""
    declared = func._schema.arguments  # noqa: SLF001
    found = [each for each, argument in zip(given, declared, strict=False) if _writes(argument)]
    found += [named[argument.name] for argument in declared if argument.name in named and _writes(argument)]
    return [each for each in (*found, *_running(name, given)) if is_tensor(each)]


def _writes(argument: Any) -> bool:
    return argument.alias_info is not None and argument.alias_info.is_write


def _memory(tensor: Any) -> int:
    return tensor.untyped_storage().data_ptr()


def _place(tensor: Any, differentiable: bool) -> tuple[Any, ...]:
    """Where a tensor's numbers lie and how; what was seen is kept, so that no memory is used twice."""
    return (
        _memory(tensor),
        tensor.storage_offset(),
        tuple(tensor.shape),
        tensor.stride(),
        tensor.dtype,
        differentiable,
    )
