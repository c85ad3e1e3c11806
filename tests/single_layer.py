"""One layer by itself on the compiled kernels: its output, and its gradients for a given gradient of the output."""

from __future__ import annotations

import numpy as np

from pynn import random
from pynn.arena import Arena
from pynn.kernels.tables import table
from pynn.plan import Batch, Plan
from pynn.runners import CompiledRunner

CAPACITY = 7


class SingleLayer:
    """A layer lowered for inputs of given shapes, with room for 7 rows."""

    def __init__(self, layer, xs, training=True, dtype=np.float64, isa=None):
        shapes = [(None, *x.shape[1:]) for x in xs]
        self.layer, self.xs, self.n = layer, [np.ascontiguousarray(x, dtype) for x in xs], len(xs[0])
        layer.ensure_built(shapes if len(xs) > 1 else shapes[0])
        self.plan = plan = Plan(dtype, training)
        slots = [plan.stream(f"x{i}", (Batch(), *shape[1:])) for i, shape in enumerate(shapes)]
        self.y, backward = layer.lower(plan, slots if len(xs) > 1 else slots[0])
        plan.phase = "backward"
        self.dxs = backward(plan.stream("dy", self.y.shape))
        self.dxs = self.dxs if isinstance(self.dxs, list) else [self.dxs]
        self.slots = [s for s in (self.y, *self.dxs, *plan.gradients.values()) if s is not None]
        for slot in self.slots:
            plan.keep(slot)
        plan.layout()
        self.arena = Arena(plan, CAPACITY)
        self.runner = CompiledRunner(plan, table("cython", isa), self.arena, self.n, CAPACITY)
        self.dy = np.zeros([self.n * s.times if isinstance(s, Batch) else s for s in self.y.shape], dtype)

    def array(self, slot):
        """The value of a slot after a run."""
        if slot is None:
            return None
        root = slot.root
        if root.kind == "stream":
            return self.streams[root.name].reshape(
                [self.n * s.times if isinstance(s, Batch) else s for s in slot.shape]
            )
        return self.arena.array(slot, self.n).copy()

    def run(self, dy=None):
        """(output, gradients of the inputs, gradients of the weights by name)."""
        if dy is not None:
            self.dy[...] = dy
        self.streams = {f"x{i}": x for i, x in enumerate(self.xs)} | {"dy": self.dy}
        for name in self.runner.streams:
            self.runner.bind(name, self.streams[name])
        self.runner.run(0, 1, 0.0)
        weights = {v.name: self.array(self.plan.gradients.get(id(v))) for v in self.layer.trainable_weights}
        return self.array(self.y), [self.array(slot) for slot in self.dxs], weights


def normal(*shapes, seed=3):
    """Standard normal arrays."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def seeded(layer, count=5):
    """The layer with its generator at some step."""
    assert isinstance(layer.seed_generator, random.SeedGenerator)
    layer.seed_generator.state.live[1] = count
    return layer
