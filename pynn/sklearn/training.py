"""The plan that trains a network on batches, and the arrays that it walks over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pynn import fusion
from pynn.layers.penalties import lower_weights
from pynn.models.loops import SLICE_SECONDS
from pynn.models.works import Work
from pynn.optimizers.surroundings import constrain
from pynn.plan import ALL_ROWS, Batch, Column, Plan, Slot
from pynn.sklearn.networks import Network, on_the_cpu
from pynn.steps import PythonStep, dims_of
from pynn.variables import Variable, aligned_empty


class Task(NamedTuple):
    """What a plan is made for.

    Attributes
    ----------
    batch : int
        Rows of a batch.
    solver : {"sgd", "adam", "lbfgs"}
    settings : tuple of float
        Momentum and whether it is Nesterov's; or β₁, β₂, ε.
    penalized, weighted : bool
        Whether there is a penalty of the weights; whether rows have weights of their own.
    labels : int
        0: targets are numbers of classes; else how many numbers each row's target has.
    """

    batch: int
    solver: str
    settings: tuple[float, ...]
    penalized: bool
    weighted: bool
    labels: int


# Columns of the table of what changes from batch to batch, in this order.
RATE, DECAY, PENALTY = range(3)
# Arrays beside each weight that a solver keeps.
_STATES = {"sgd": 1, "adam": 2, "lbfgs": 0}


# Operations of a batch (`pynn.kernels.contract`) below which a second worker waits more than it computes: 60 µs of one
# core.  Batches of a few hundred narrow rows of double numbers took 45 µs alone and 75 µs shared by two.
_WORTH_SHARING = 6_000_000


class Training:
    """A network's plan for training.

    Parameters
    ----------
    network : Network
    task : Task
    width : int
        Numbers in a row.

    Attributes
    ----------
    states : list of list of ndarray
        What the solver keeps beside each trained weight.
    """

    def __init__(self, network: Network, task: Task, width: int) -> None:
        self.network, self.task = network, task
        self._numbers, self._at = np.empty((0, 3)), 0
        self._rate, self._decay, self._penalty = map(self._column, ("rate", "decay", "penalty"), range(3))
        plan = Plan(network.real, training=True)
        self._ordered = task.solver != "lbfgs"
        x, target, weights = self._rows(plan, width)
        self._losses = plan.penalties = plan.stream("losses", (1,), np.float64)
        per_row, _, backward = network.lower(plan, x, target, weights)
        plan.emit("accumulate", per_row, self._losses)
        if task.penalized:
            self._penalize(plan)
        plan.phase = "backward"
        backward()
        lower_weights(plan, network.trained, training=True)
        plan.phase = "update"
        self.states = [
            [np.zeros(v.size, network.real) for _ in range(_STATES[task.solver])] for v in network.trained
        ]  # fmt: skip
        self.gradients = {id(v): aligned_empty(v.shape, network.real) for v in network.trained}
        for variable, states in zip(network.trained, self.states, strict=True):
            self._update(plan, variable, states)
        plan.layout()
        fusion.fuse(plan)
        steps = [step for step in plan.steps if not isinstance(step, PythonStep)]
        plan.shares = sum(step.op.cost(**dims_of(step, task.batch)) for step in steps) >= _WORTH_SHARING
        self._work = Work(plan, on_the_cpu(), task.batch)

    def _rows(self, plan: Plan, width: int) -> tuple[Slot, Slot, Slot]:
        """Inputs, targets and weights of a batch."""
        labels = self.task.labels
        suffix = "f32" if plan.dtype == np.float32 else "f64"
        x = self._read(plan, "x", width, f"gather_{suffix}")
        target = self._read(plan, "t", labels or 1, f"gather_{suffix}" if labels else "gather_labels")
        weights = plan.stream("weights", (Batch(),)) if self.task.weighted else plan.ones(Batch())
        return x, target if labels else target.view(Batch()), weights

    def _read(self, plan: Plan, name: str, width: int, gather: str) -> Slot:
        dtype = np.int32 if gather == "gather_labels" else plan.dtype
        if not self._ordered:
            return plan.stream(name, (Batch(), width), dtype)
        order = plan.streams.get("order") or plan.stream("order", (Batch(),), np.int64)
        data = plan.stream(name, (ALL_ROWS, width), dtype)
        return plan.emit(gather, data, order, label=f"{name}.rows")  # type: ignore[no-any-return]

    def _column(self, name: str, number: int) -> Column:
        return Column(name, lambda count: self._numbers[self._at : self._at + count, number])

    def _penalize(self, plan: Plan) -> None:
        for variable in self.network.penalized:
            w = plan.parameter(variable)
            sums = plan.emit("square_sums", w.rows(), label=f"{variable.name}.squares")
            plan.emit("add_scaled", sums, self._losses, scalars=(self._penalty,))

    def _update(self, plan: Plan, variable: Variable, states: Sequence[np.ndarray]) -> None:
        gradient, size = plan.gradients.get(id(variable)), variable.size
        if gradient is None:
            return
        flat = [plan.parameter(variable).view(size), *(plan.fixed(f"{variable.path}.state", s) for s in states)]
        penalized = self.task.penalized and any(variable is v for v in self.network.penalized)
        decay = (self._decay,) if penalized else ()
        if self.task.solver == "lbfgs":
            out = plan.fixed(f"{variable.path}.gradient", self.gradients[id(variable)])
            plan.emit("overwrite", gradient.view(size), out.view(size))
            if penalized:
                plan.emit("l1l2_gradient", flat[0], out.view(size), scalars=(0.0, *decay))
            return
        op = {"sgd": "momentum_update", "adam": "adam_update"}[self.task.solver]
        scalars = (self._rate, *self.task.settings, *decay)
        plan.emit(f"l2_{op}" if penalized else op, gradient.view(size), *flat, scalars=scalars)
        constrain(plan, variable)

    def bind(self, rows: int, **streams: np.ndarray) -> None:
        """Give the plan its arrays, as far as it reads them: x and t; order, weights and losses, batch after batch.

        An epoch has `rows` rows; if its last batch is short, the next begins a whole one after it.
        """
        self._runner = self._work.over(rows)
        for name in self._work.plan.streams:
            self._runner.bind(name, streams[name])

    def unbind(self) -> None:
        """Let go of the arrays."""
        self._runner.unbind()

    def run(self, numbers: np.ndarray) -> None:
        """Walk over the first batches; `numbers` holds rate, decay and factor of the penalty, a row a batch."""
        self._numbers, self._at = numbers, 0
        with self._work.lock:
            while self._at < len(numbers):
                before = self._at
                self._at = self._runner.run(before, len(numbers), SLICE_SECONDS)
                for counter in self._work.plan.counters:
                    counter += self._at - before
