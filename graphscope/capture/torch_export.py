"""Takes a step of a PyTorch model down through ``torch.export``: operations, modules and lines, in training mode."""

from __future__ import annotations

import logging
import operator
import warnings
from collections.abc import Generator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from graphscope.capture.reel import Reel
from graphscope.capture.tape import LeafKind, Tape, several
from graphscope.capture.torch_calls import (
    CONSTANT,
    Named,
    all_parts,
    drawn_mask,
    is_tensor,
    name_of,
    plain,
)
from graphscope.capture.torch_modules import origin_of, scope_of, title_of
from graphscope.capture.torch_step import TorchStep, array, tensors, titled, undisturbed


class NotExported(Exception):  # noqa: N818 - an answer to who asked
    """``torch.export`` cannot take this program down; the reason is the message."""


def exported(step: TorchStep) -> Tape:
    """The tape of a step.

    Raises:
        NotExported: the program does what ``torch.export`` cannot follow.
    """
    program = _program(step)
    with undisturbed(step.model):
        return _Reading(program, step).tape()


def _program(step: TorchStep) -> Any:
    import torch

    given, named = step.arguments()
    try:
        with undisturbed(step.model), torch.enable_grad(), _silence():
            program = torch.export.export(step.module(), given, named, strict=False)
            return _taken_apart(program)
    except Exception as error:  # whatever it stumbles over, the recorder may not
        raise NotExported(f"{type(error).__name__}: {error}".split("\n", 1)[0]) from error


@contextmanager
def _silence() -> Generator[None, None, None]:
    """Where it fails, ``torch.export`` prints the program up to there, which tells a user nothing."""
    before = logging.root.manager.disable
    with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(before)


def _taken_apart(program: Any) -> Any:
    """Nothing written in place, and what has no rule taken apart into what has.

    Raises:
        NotExported: a part runs without gradients or in another type, which would be lost on the way.
    """
    from torch._ops import HigherOrderOperator

    for node in program.graph.nodes:
        if isinstance(node.target, HigherOrderOperator):
            raise NotExported(f"a part of the program is run by {node.target}")
    return program.run_decompositions(all_parts())


@dataclass(eq=False)
class _Reading:
    """Reads an exported program node by node, and computes it on the way: what is drawn at random is noted."""

    program: Any
    step: TorchStep
    reel: Reel = field(default_factory=lambda: Reel(array, CONSTANT))
    held: dict[Any, Any] = field(default_factory=dict[Any, Any])
    """For a node what it gives: a tensor, or several."""
    names: dict[Any, Any] = field(default_factory=dict[Any, Any])
    """For a node what that is called on the tape: a name, or several."""

    def tape(self) -> Tape:
        import torch

        sources = self._sources()
        with torch.no_grad():
            for node in self.program.graph.nodes:
                if node.op == "placeholder":
                    self._leaf(node, *sources[node.name])
                elif node.target is operator.getitem:
                    source, place = node.args
                    self.held[node], self.names[node] = self.held[source][place], self.names[source][place]
                elif node.op == "call_function":
                    self._call(node)
        return self._ended()

    # ------------------------------------------------------------ leaves

    def _sources(self) -> dict[str, tuple[LeafKind | None, str, Any]]:
        """For a placeholder its kind, its title and its tensor."""
        state = {**dict(self.program.named_parameters()), **dict(self.program.named_buffers())}
        data = iter(self._data())
        found: dict[str, tuple[LeafKind | None, str, Any]] = {}
        for spec in self.program.graph_signature.input_specs:
            kind = spec.kind.name
            if kind == "USER_INPUT":
                title, tensor = next(data)
                found[spec.arg.name] = ("target" if _is_target(self.step, tensor) else "input", title, tensor)
            elif kind in ("PARAMETER", "BUFFER"):
                tensor = state[spec.target] if spec.target in state else self.program.constants[spec.target]
                found[spec.arg.name] = (_leaf_kind(kind, tensor), title_of(spec.target), tensor)
            else:
                found[spec.arg.name] = (None, str(spec.target), self.program.constants[spec.target])
        return found

    def _data(self) -> list[tuple[str, Any]]:
        """The data in the order of the program's inputs."""
        from torch.utils import _pytree as pytree

        titles = {id(tensor): title for title, tensor in titled(self.step)}
        flat = pytree.tree_leaves(self.step.arguments())
        return [(titles[id(each)], each) for each in flat if each is not None]

    def _leaf(self, node: Any, kind: LeafKind | None, title: str, tensor: Any) -> None:
        import torch

        self.held[node], self.names[node] = tensor, node.name
        if not isinstance(tensor, torch.Tensor):
            return
        same = next(
            (name for other, name in self.names.items() if other is not node and self.held[other] is tensor),
            None,
        )
        if same is not None and kind == "parameter":  # two modules share a weight
            self.names[node] = same
        elif kind is None:
            self.reel.constant_tensor(node.name, tensor)
        else:
            self.reel.leaf(node.name, title, kind, tensor)

    # ------------------------------------------------------------ calls

    def _call(self, node: Any) -> None:
        from torch import fx

        given, named = fx.map_arg((node.args, node.kwargs), lambda each: self.held[each])
        mask = drawn_mask(name_of(node.target), given, named)
        made = node.target(*given, **named)
        parts: tuple[Any, ...] = several(made)
        alone = is_tensor(made)
        names = (node.name,) if alone else tuple(f"{node.name}.{place}" for place in range(len(parts)))
        self.held[node], self.names[node] = made, node.name if alone else names
        arguments, keywords = plain(
            fx.map_arg((node.args, node.kwargs), lambda each: Named(self.names[each]))
        )
        stack: dict[str, Any] = node.meta.get("nn_module_stack") or {}
        modules = [_module(each) for each in stack.values()]
        scope = scope_of(path for path, _ in modules)
        self._note_classes(modules)
        self.reel.call(
            name_of(node.target),
            arguments,
            keywords,
            [(name, each if is_tensor(each) else None) for name, each in zip(names, parts, strict=True)],
            scope=scope,
            origin=origin_of(node.meta.get("stack_trace")),
            mask=mask,
        )

    def _note_classes(self, modules: list[tuple[str, str]]) -> None:
        for count in range(1, len(modules) + 1):
            scope = scope_of(path for path, _ in modules[:count])
            self.reel.classes.setdefault(scope, modules[count - 1][1])

    def _ended(self) -> Tape:
        outputs: list[str] = []
        carries: dict[str, str] = {}
        by_title = {leaf.title: leaf.name for leaf in self.reel.leaves}
        names = {node.name: name for node, name in self.names.items()}
        for spec in self.program.graph_signature.output_specs:
            if spec.kind.name == "BUFFER_MUTATION":
                carries[by_title[title_of(spec.target)]] = names[spec.arg.name]
            elif spec.kind.name == "USER_OUTPUT" and spec.arg.name in names:
                outputs.append(names[spec.arg.name])
        loss = next(self.held[node] for node, name in self.names.items() if name == outputs[0])
        return self.reel.tape(outputs[0], tuple(outputs[1:]), carries, float(loss))


def _module(entry: tuple[str, Any]) -> tuple[str, str]:
    """A module's path and the name of its class."""
    path, kind = entry
    return path.split("@")[0], (kind if isinstance(kind, str) else kind.__name__).rsplit(".", 1)[-1]


def _leaf_kind(kind: str, tensor: Any) -> LeafKind:
    if kind == "BUFFER":
        return "buffer"
    return "parameter" if tensor.requires_grad else "constant"


def _is_target(step: TorchStep, tensor: Any) -> bool:
    return any(tensor is each for each in tensors(step.target))
