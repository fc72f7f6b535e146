"""A sample trained in plain PyTorch, in float64, and the sample itself with other numbers at its top."""

from __future__ import annotations

import runpy
from typing import Any

import numpy as np
import torch

from graphscope.app.places import sample_models
from graphscope.model.model import Model
from tests.samples.written import Tensors, Written


def built(name: str, **knobs: Any) -> Model:
    """The model of a sample, with other constants at the top of its program."""
    program = runpy.run_path(str(sample_models() / name / "model.py"))
    for knob, value in knobs.items():
        if knob not in program:
            raise KeyError(knob)
        program["build"].__globals__[knob] = value
    return program["build"]()


def trained(model: Model, written: Written, iterations: int, *, seed: int = 0) -> Tensors:
    """Every value after so many updates: parameters and buffers as they are then, the rest as last computed."""
    graph = model.graph
    held = {name: torch.tensor(np.array(array, np.float64)) for name, array in model.initial(seed).items()}
    parameters = [held[name].requires_grad_() for name in graph.parameters]
    optimizer = written.optimize(parameters)
    made: Tensors = {}
    for iteration in range(iterations):
        optimizer.zero_grad()
        made = written.write({**held, **fed(model, iteration, seed)})
        made[str(model.loss)].backward()
        if written.clip is not None:
            torch.nn.utils.clip_grad_norm_(parameters, written.clip)
        optimizer.step()
        held |= {carry.buffer: made[carry.value].detach() for carry in graph.carries}
    return {name: tensor.detach() for name, tensor in {**made, **held}.items()}


def fed(model: Model, iteration: int, seed: int = 0) -> Tensors:
    """The data of one iteration."""
    arrays = model.feed.take(iteration, seed)
    return {
        name: torch.tensor(array.astype(np.float64 if array.dtype.kind == "f" else np.int64))
        for name, array in arrays.items()
    }
