"""``graphscope.watch``: around a training loop, it captures the step that first makes a number that is not finite."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, cast

from graphscope.capture.capturing import Asked, captured, file_of
from graphscope.errors import GraphScopeError, InputError, Sentence
from graphscope.model import given
from graphscope.model.captured import Trouble

TROUBLES: dict[Trouble, Sentence] = {
    "output": Sentence("the output of a layer"),
    "loss": Sentence("the loss"),
    "gradient": Sentence("a gradient"),
    "weight": Sentence("a weight"),
}


class NotFiniteError(GraphScopeError):
    """Training made a number that is not finite; the step that did is in a file."""


class Watch:
    """Around a training loop; also the loss function, to be called in place of the user's own.

    Each step is looked at when its loss is computed and when the optimizer is about to use its gradients: a few
    sums on the device, and a copy of the weights before each update.

    Args:
        save: the file that is written when it happens.
        stop: whether to end the loop then, by raising `NotFiniteError`; else training goes on, unwatched.
    """

    def __init__(
        self,
        model: Any,
        optimizer: Any = None,
        loss: Callable[..., Any] | None = None,
        *,
        save: str | PathLike[str] = "nan.gscope",
        stop: bool = True,
        name: str | None = None,
    ) -> None:
        torch = sys.modules.get("torch")
        if torch is None or not isinstance(model, torch.nn.Module):
            raise InputError(
                "a training loop of PyTorch is watched, so the model is a module, not {given}",
                given=given.shown(model),
            )
        self.file: Path = file_of(save)
        self.found: Trouble = ""
        """What was not finite, once something was."""
        self.step = 0
        """How many times the model has been called in training."""
        self._stop, self._name = stop, name
        self._model, self._optimizer, self._loss = model, optimizer, loss
        self._before = _Before(model, optimizer)
        self._batch: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self._target: Any = None
        self._sums: list[tuple[Trouble, Any]] = []
        self._handles: list[Any] = []

    # ------------------------------------------------------------ around the loop

    def __enter__(self) -> Self:
        self._hook()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        try:
            if error is None:
                self._look()
        finally:
            self._unhook()
        return False

    def __call__(self, output: Any, *target: Any) -> Any:
        """The loss; what it compares with is remembered until the next one."""
        if self._loss is None:
            raise InputError(
                "there is no loss to call; hand it over: graphscope.watch(model, optimizer, loss)"
            )
        made = self._loss(output, *target)
        if not _is_module(self._loss):
            self._see_loss(target, made)
        return made

    def _hook(self) -> None:
        register = self._handles.append
        register(self._model.register_forward_pre_hook(self._begin, with_kwargs=True))
        for module in self._model.modules():
            register(module.register_forward_hook(self._see_output))
        if _is_module(self._loss):
            register(cast("Any", self._loss).register_forward_hook(self._loss_called))
        for weight in self._model.parameters():
            if weight.requires_grad:
                register(weight.register_hook(self._see_gradient))
        if self._optimizer is not None:
            register(self._optimizer.register_step_pre_hook(self._before_update))
            register(self._optimizer.register_step_post_hook(self._after_update))

    def _unhook(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._sums.clear()

    # ------------------------------------------------------------ what happens in a step

    def _begin(self, module: Any, positional: tuple[Any, ...], named: dict[str, Any]) -> None:
        if not module.training:
            return
        self._look()
        self.step += 1
        self._batch, self._target = (positional, named), None
        self._before.remember()

    def _see_output(self, module: Any, _given: Any, made: Any) -> None:
        if module.training:
            for tensor in _floating(made):
                self._sum("output", tensor)

    def _see_loss(self, target: tuple[Any, ...], made: Any) -> None:
        if self._model.training:
            self._target = target[0] if target else None
            for tensor in _floating(made):
                self._sum("loss", tensor)
            self._look()

    def _loss_called(self, _module: Any, given: tuple[Any, ...], made: Any) -> None:
        self._see_loss(given[1:], made)

    def _see_gradient(self, gradient: Any) -> None:
        self._sum("gradient", gradient)

    def _before_update(self, *_: Any) -> None:
        self._look()

    def _after_update(self, *_: Any) -> None:
        for weight in self._model.parameters():
            self._sum("weight", weight)
        self._look()

    def _sum(self, trouble: Trouble, tensor: Any) -> None:
        """Note whether a tensor is finite, on its device: nothing waits for it here."""
        import torch

        if not self.found:
            self._sums.append((trouble, torch.isfinite(tensor.detach()).all()))

    def _look(self) -> None:
        """Whether all that was noted is finite; one wait for the device."""
        import torch

        noted, self._sums = self._sums, []
        if not noted or self._batch is None:
            return
        fine = torch.stack([each.to("cpu") for _, each in noted])
        if not bool(fine.all()):
            self._capture(noted[int(torch.argmin(fine.to(torch.int8)))][0])

    # ------------------------------------------------------------ the capture

    def _capture(self, trouble: Trouble) -> None:
        """Write the step with everything as it was before it."""
        self.found = trouble
        positional, named = self._batch or ((), {})
        inputs: Any = named if named and not positional else positional
        self._unhook()
        with self._before.restored():
            asked = Asked(
                self._model, inputs, self._target, self._loss, self._optimizer, self._name, self.step, trouble
            )
            captured(asked, self.file)
        message = NotFiniteError(
            "in step {step} {what} was not finite; the step is in {file}: open it with graphscope {file}",
            step=self.step,
            what=TROUBLES[trouble],
            file=str(self.file),
        )
        if self._stop:
            raise message
        print(message, file=sys.stderr)  # noqa: T201


def watch(
    model: Any,
    optimizer: Any = None,
    loss: Callable[..., Any] | None = None,
    *,
    save: str | PathLike[str] = "nan.gscope",
    stop: bool = True,
    name: str | None = None,
) -> Watch:
    """Watch a training loop, and capture the step that first makes NaN or infinity.

    ::

        with graphscope.watch(model, optimizer, F.cross_entropy, save="nan.gscope") as loss:
            for x, y in loader:
                optimizer.zero_grad()
                loss(model(x), y).backward()
                optimizer.step()

    The file holds the step as it was before it began: weights, buffers, optimizer state and random masks. A loss
    that is a module, such as ``nn.CrossEntropyLoss()``, may be called under its own name too.

    Args:
        model: a PyTorch module.
        optimizer: of ``torch.optim``; without it gradients are looked at when the next step begins.
        loss: ``loss(output, y)``; None where the model gives its loss.
        save: the file that is written.
        stop: whether to end the loop then, by raising `NotFiniteError`.
        name: what the model is called.
    """
    return Watch(model, optimizer, loss, save=save, stop=stop, name=name)


@dataclass(eq=False)
class _Before:
    """Everything that a step changes, as it was before."""

    model: Any
    optimizer: Any
    _copies: list[tuple[Any, Any]] = field(default_factory=list[tuple[Any, Any]])
    _states: dict[Any, dict[str, Any]] = field(default_factory=dict[Any, dict[str, Any]])
    _random: list[Any] = field(default_factory=list[Any])

    def remember(self) -> None:
        """Copy weights, buffers, optimizer state and the state of random numbers."""
        import torch

        tensors = [*self.model.parameters(), *self.model.buffers()]
        with torch.no_grad():
            self._copies = [(each, each.detach().clone()) for each in tensors]
            if self.optimizer is not None:
                self._states = {
                    weight: {name: _copy(each) for name, each in state.items()}
                    for weight, state in self.optimizer.state.items()
                }
        self._random = _random_state()

    @contextmanager
    def restored(self) -> Generator[None, None, None]:
        """Everything is as it was before the step, for as long as it lasts."""
        now = _Before(self.model, self.optimizer)
        now.remember()
        self.put()
        try:
            yield
        finally:
            now.put()

    def put(self) -> None:
        """Make everything as it was when it was remembered."""
        for tensor, copy in self._copies:
            tensor.data.copy_(copy)
        if self.optimizer is not None:
            self.optimizer.state.clear()
            for weight, state in self._states.items():
                self.optimizer.state[weight] = dict(state)
        _set_random_state(self._random)


def _copy(thing: Any) -> Any:
    return thing.detach().clone() if hasattr(thing, "detach") else thing


def _random_state() -> list[Any]:
    import torch

    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() and torch.cuda.is_initialized() else []
    return [torch.get_rng_state(), cuda]


def _set_random_state(state: list[Any]) -> None:
    import torch

    torch.set_rng_state(state[0])
    if state[1]:
        torch.cuda.set_rng_state_all(state[1])


def _is_module(thing: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(thing, torch.nn.Module)


def _floating(nested: Any) -> tuple[Any, ...]:
    from graphscope.capture.torch_step import tensors

    return tuple(each for each in tensors(nested) if each.is_floating_point())
