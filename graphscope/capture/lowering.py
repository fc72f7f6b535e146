"""Turns a tape into a model: each call of the framework said in GraphScope's operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from graphscope.capture.tape import Call, Leaf, Slot, Tape, needed, reads, several
from graphscope.errors import GraphScopeError, ModelError
from graphscope.graph.graph import Origin
from graphscope.graph.scope import Scope
from graphscope.graph.spec import FLOATING
from graphscope.model.builder import Builder, identifier
from graphscope.model.given import COMPUTED
from graphscope.model.handle import Handle
from graphscope.model.model import Model
from graphscope.model.origin import located
from graphscope.ops.base import Op
from graphscope.ops.passing import Cast

Tensor = Handle | np.ndarray
"""What the step computes, or an array that was known before."""


@dataclass(frozen=True)
class Place:
    """Where something stands: its group, and the line of the user's program."""

    scope: Scope = ()
    origin: Origin | None = None


_NAMES = {
    "RunningBatchNorm": "batch_norm",
    "BatchNorm": "batch_norm",
    "GivenDropout": "dropout",
}
"""Operations whose results are called as PyTorch calls them."""


class Unsayable(Exception):  # noqa: N818 - a rule's answer, caught by who asked it
    """A rule has no words for this call, though it has for others of its name."""


Find = Callable[[str, str], Callable[..., Any] | None]
"""The rule for a name and an overload."""


@dataclass(eq=False)
class Lowering:
    """Says a tape in GraphScope's operations, call by call; rules are handed this object.

    Args:
        find: the rules of the framework.
        scopes: for a weight or a buffer, by its title, the group that it belongs to.
        unseen: titles of buffers that are not shown, such as counters of batches.
    """

    tape: Tape
    name: str
    find: Find
    scopes: Mapping[str, Scope] = field(default_factory=dict[str, Scope])
    unseen: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        hidden = {leaf.name for leaf in self.tape.leaves if leaf.title in self.unseen}
        carries = {name: made for name, made in self.tape.carries.items() if name not in hidden}
        self.tape = replace(self.tape, carries=carries)
        self.builder = Builder(self.name, dtype=_floating(self.tape))
        self.now: Call = Call("", "", (), {}, (), (), ())
        """The call that is being said."""
        self._held: dict[str, Any] = dict(self.tape.known)
        self._whole: dict[str, np.ndarray] = {}
        self._places: dict[str, Place] = {}
        self._constants: dict[tuple[int, str], tuple[np.ndarray, Handle]] = {}

    def model(self) -> Model:
        """The model.

        Raises:
            ModelError: operations for which there is no rule, with how many of each there are and where.
        """
        calls = needed(self.tape)
        self._take_leaves(calls)
        refused: Counter[str] = Counter()
        first: dict[str, Origin | None] = {}
        for call in calls:
            try:
                self._say(call, checked=not refused)
            except Unsayable as reason:
                words = str(reason) or call.name
                refused[words] += 1
                first.setdefault(words, call.origin)
        if refused:
            raise _refusal(refused, first)
        return self._finished()

    # ------------------------------------------------------------ leaves

    def _take_leaves(self, calls: tuple[Call, ...]) -> None:
        """Only what the step reads; inputs first, as the user named them."""
        read = {name for call in calls for name in reads(call)}
        for leaf in self.tape.leaves:
            if leaf.name in read or leaf.name in self.tape.carries:
                self._hold((leaf.name,), (self._leaf(leaf),))
                self._places[leaf.title] = Place(self.scopes.get(leaf.title, ()))

    def _leaf(self, leaf: Leaf) -> Handle:
        array, dtype = leaf.array, leaf.array.dtype.name
        check_dtype(leaf.title, dtype)
        if leaf.kind in ("input", "target"):
            return self.builder.input(leaf.title, array.shape, dtype=dtype, gradient=leaf.kind == "input")
        if leaf.kind == "buffer" and leaf.name in self.tape.carries:
            return self.builder.buffer(leaf.title, array, dtype=dtype)
        if leaf.kind == "parameter" and dtype == self.builder.dtype:
            return self.builder.parameter(leaf.title, array)
        return self.builder.constant(leaf.title, array, dtype=dtype)

    # ------------------------------------------------------------ calls

    def _say(self, call: Call, *, checked: bool) -> None:
        rule = self.find(call.name, call.overload)
        if rule is None:
            raise Unsayable(call.name)
        if not checked:
            return  # something before could not be said: only the names of what else cannot are of interest
        self.now = call
        keywords = {key: self._argument(each) for key, each in call.keywords.items()}
        made = rule(self, *(self._argument(each) for each in call.arguments), **keywords)
        self._hold(call.results, several(made))

    def _hold(self, names: tuple[str, ...], made: tuple[Any, ...]) -> None:
        for name, held in zip(names, made, strict=False):
            self._held[name] = held
            if isinstance(held, Handle) and name in self.tape.whole:
                self._whole[held.name] = self.tape.whole[name]

    def peek(self, tensor: Any) -> np.ndarray | None:
        """The whole numbers of a tensor in this step, or None where they are not known."""
        return self._whole.get(tensor.name) if isinstance(tensor, Handle) else np.asarray(tensor)

    def _argument(self, argument: Any) -> Any:
        """Tensors as they are held; all else as it was given."""
        if isinstance(argument, Slot):
            return self._held[argument.name]
        if isinstance(argument, (tuple, list)):
            return [self._argument(each) for each in cast("list[Any]", argument)]
        return argument

    def call(self, op: Op, *operands: Any) -> Any:
        """Apply an op; arrays become constants, numbers constants of the type of what they meet."""
        kind = next((each.spec.dtype for each in operands if isinstance(each, Handle)), self.builder.dtype)
        handles = [None if each is None else self.handle(each, kind) for each in operands]
        try:
            made = self.builder.call(
                op, *handles, name=self._free_name(_NAMES.get(op.name, identifier(op.name)))
            )
        except GraphScopeError as error:
            plain = type(error)(error.sentence.template, **error.sentence.fields)
            raise located(plain, self.now.origin) from error
        for handle in several(made):
            self._places[handle.name] = Place(self.now.scope, self.now.origin)
        return made

    def _free_name(self, word: str) -> str:
        """What something that the call makes is called: its module's path and a word."""
        return self.builder.scoped(".".join((*self.now.scope, word)))

    def handle(self, tensor: Any, dtype: str | None = None) -> Handle:
        """A tensor as a value of the model; a number gets the type ``dtype``."""
        if isinstance(tensor, Handle):
            return tensor
        array = cast("np.ndarray", tensor if isinstance(tensor, np.ndarray) else np.asarray(tensor, dtype))
        key = (id(array), self.now.name)
        if key not in self._constants:
            check_dtype(self.now.name, array.dtype.name)
            name = self._free_name("constant")
            self._constants[key] = (array, self.builder.constant(name, array, dtype=array.dtype.name))
            self._places[name] = Place(self.now.scope)
        return self._constants[key][1]

    def cast(self, tensor: Any, dtype: str) -> Any:
        """A tensor in another type, as it is where it has that."""
        check_dtype(self.now.name, dtype)
        if isinstance(tensor, Handle):
            return tensor if tensor.spec.dtype == dtype else self.call(Cast(dtype), tensor)
        return np.asarray(tensor).astype(dtype)

    # ------------------------------------------------------------ the end

    def _finished(self) -> Model:
        for name in self.tape.outputs:
            if isinstance(held := self._held.get(name), Handle):
                self.builder.output(held)
        loss = self.handle(self._held[self.tape.loss])
        if loss.name not in [leaf.title for leaf in self.tape.leaves]:
            loss = self._named_loss(loss)
        self.builder.loss(loss)
        self._carry()
        data = {leaf.title: leaf.array for leaf in self.tape.leaves if leaf.name in self._held and _fed(leaf)}
        self.builder.feed(data)
        return self._placed(self.builder.build())

    def _named_loss(self, loss: Handle) -> Handle:
        """The loss is called so, unless something else is."""
        before = loss.name
        if self.builder.scoped("loss") == "loss":
            loss = loss.named("loss")
            self._places[loss.name] = self._places.pop(before, Place())
        return loss

    def _carry(self) -> None:
        for name, made in self.tape.carries.items():
            buffer, value = self._held.get(name), self._held.get(made)
            if isinstance(buffer, Handle) and isinstance(value, Handle) and buffer is not value:
                self.builder.carry(buffer, value)

    def _placed(self, model: Model) -> Model:
        """Each node stands in the group of its module, and comes from the line of the user's program that called it."""
        nodes = tuple(self._put(node, node.outputs[0]) for node in model.graph.nodes)
        table = tuple(replace(self._put(value, value.name), origin=None) for value in model.graph.table)
        return replace(model, graph=replace(model.graph, nodes=nodes, table=table))

    def _put(self, thing: Any, name: str) -> Any:
        place = self._places.get(name, Place())
        return replace(thing, origin=place.origin, scope=labelled(place.scope, self.tape.classes))


def labelled(scope: Scope, classes: Mapping[Scope, str]) -> Scope:
    """A scope whose groups that are called by a mere number tell their class too: ``0 Linear``."""
    return tuple(
        f"{name} {classes[scope[: depth + 1]]}"
        if name.rsplit(".", 1)[-1].isdigit() and scope[: depth + 1] in classes
        else name
        for depth, name in enumerate(scope)
    )


def _fed(leaf: Leaf) -> bool:
    return leaf.kind in ("input", "target")


def _floating(tape: Tape) -> str:
    """The floating type of the weights, or else of the data."""
    kinds = sorted(tape.leaves, key=lambda leaf: leaf.kind != "parameter")
    found = (leaf.array.dtype.name for leaf in kinds if leaf.array.dtype.name in FLOATING)
    return next(found, "float32")


def check_dtype(name: str, dtype: str) -> None:
    """Hold a type to those that can be computed with.

    Raises:
        ModelError: it is another.
    """
    if dtype not in COMPUTED and (dtype in FLOATING or not dtype.startswith(("int", "uint", "bool"))):
        raise ModelError(
            "{name} is of type {dtype}, which GraphScope does not compute with; capture the model in float32",
            name=name,
            dtype=dtype,
        )


def _refusal(refused: Counter[str], first: Mapping[str, Origin | None]) -> ModelError:
    told = ", ".join(f"{name} ({count}×{_place(first[name])})" for name, count in refused.most_common(12))
    return ModelError(
        "{count} calls of the framework cannot be said in GraphScope's operations yet: {operations}",
        count=sum(refused.values()),
        operations=told,
    )


def _place(origin: Origin | None) -> str:
    return "" if origin is None else f", {Path(origin.file).name}:{origin.line}"
