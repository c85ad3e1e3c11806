"""Fusion: passes that replace several steps of a plan by one that does the same in cache or in registers.

A fused op is an op like any other, with its own NumPy definition; a pass only renames.  Each pass looks for a slot
that exactly one step writes and exactly one step reads, so nothing else can miss the value that is no longer stored.
"""

from __future__ import annotations

from collections.abc import Sequence

from pynn.kernels.contract import OPS
from pynn.plan import Batch, Plan, Slot, Step


class _Uses:
    """Who reads each slot; kept up to date while a pass replaces steps."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.readers: dict[int, list[Step]] = {}
        self.kept = {id(slot) for slot in plan.kept}
        for step in plan.steps:
            self._add(step)

    def _add(self, step: Step) -> None:
        for slot in step.reads():
            self.readers.setdefault(id(slot), []).append(step)

    def only_reader(self, slot: Slot) -> Step | None:
        """The one step that reads an arena slot, if there is just one and it runs in every batch."""
        readers = self.readers.get(id(slot.root), [])
        outside = slot.root.kind != "arena" or id(slot.root) in self.kept
        return readers[0] if len(readers) == 1 and not outside and readers[0].when is None else None

    def replace(self, old: Sequence[Step], new: Step, at: Step) -> None:
        """Put `new` where `at` stands and drop the steps `old`."""
        steps, gone = self.plan.steps, {id(step) for step in old} - {id(new)}
        steps[steps.index(at)] = new
        self.plan.steps = [step for step in steps if id(step) not in gone]
        for slot in {id(slot) for step in old for slot in step.reads()}:
            self.readers[slot] = [step for step in self.readers[slot] if id(step) not in gone]
        self._add(new)


def fuse(plan: Plan) -> None:
    """Run every pass, in the order in which they build on each other."""
    _fuse_losses(plan)
    _fuse_forward(plan)
    _fuse_dropout(plan)
    _fuse_backward(plan)
    _fuse_updates(plan)
    _sum_in_chunks(plan)


_LOSSES = {
    ("softmax_forward", "categorical_crossentropy"): ("softmax_crossentropy", "softmax_backward"),
    ("softmax_forward", "sparse_categorical_crossentropy"): ("sparse_softmax_crossentropy", "softmax_backward"),
    ("sigmoid_forward", "binary_crossentropy"): ("sigmoid_binary_crossentropy", "sigmoid_backward"),
}


def _fuse_losses(plan: Plan) -> None:
    """z → p = softmax z → loss, dp → dz becomes one step from z to p, loss and dz."""
    uses, writers = _Uses(plan), {id(slot): step for step in plan.steps for slot in step.writes()}
    for loss in [step for step in plan.steps if step.phase == "loss"]:
        activation = writers.get(id(loss.slots[0].root))
        names = _LOSSES.get((activation.op.name, loss.op.name)) if activation else None
        if names is None or activation is None:
            continue
        probabilities, target, weights, per_row, dp = loss.slots
        backward = uses.only_reader(dp)
        z = activation.slots[0]
        if backward is not None and backward.op.name == names[1] and backward.slots[0].root is probabilities.root:
            dz = backward.slots[2]
        elif not uses.readers.get(id(dp.root)):  # evaluation: nobody wants the gradient
            backward, dz = loss, dp
        else:
            continue
        slots = (z, target, weights, activation.slots[1], per_row, dz)
        if any(a.shape != b.shape for a, b in ((z, probabilities), (z, dz))) or _read_before(plan, probabilities, loss):
            continue
        fused = Step(OPS[names[0]], slots, loss.scalars, "loss")
        uses.replace((activation, loss, backward), fused, loss)


def _read_before(plan: Plan, slot: Slot, step: Step) -> bool:
    """Whether a step in front of this one reads a slot: an activity regularizer, another layer."""
    before = plan.steps[: plan.steps.index(step)]
    return any(read is slot.root for other in before for read in other.reads())


def _fuse_forward(plan: Plan) -> None:
    """dense_forward, then an activation of its output, becomes dense_<activation>_forward."""
    uses = _Uses(plan)
    for dense in [step for step in plan.steps if step.op.name == "dense_forward"]:
        activation = uses.only_reader(dense.slots[3])
        name = activation.op.name.removesuffix("_forward") if activation else ""
        op = OPS.get(f"dense_{name}_forward")
        if activation and op and activation.slots[0].shape == dense.slots[3].shape:
            fused = Step(op, (*dense.slots[:3], activation.slots[1]), activation.scalars, dense.phase)
            uses.replace((dense, activation), fused, activation)


def _fuse_dropout(plan: Plan) -> None:
    """The derivative of dropout, then of the ReLU below, becomes one step that reads the output of both."""
    uses = _Uses(plan)
    forward = [step for step in plan.steps if step.op.name == "dropout_forward"]
    for dropout in [step for step in plan.steps if step.op.name == "dropout_backward"]:
        relu = uses.only_reader(dropout.slots[1])
        if relu is None or relu.op.name != "relu_backward":
            continue
        dy, y = dropout.slots[0], relu.slots[0]
        found = [step for step in forward if step.scalars == dropout.scalars and step.slots[0].root is y.root]
        if found and found[0].slots[1].shape == dy.shape == y.shape:
            scale = 1 / (1 - float(dropout.scalars[-1]))  # type: ignore[arg-type]  # the rate is a number
            slots = found[0].slots[1], dy, relu.slots[2]
            uses.replace((dropout, relu), Step(OPS["dropped_relu_backward"], slots, (scale,), relu.phase), relu)


def _fuse_backward(plan: Plan) -> None:
    """dense_backward_input, then the derivative of the activation below, becomes one step."""
    uses = _Uses(plan)
    for dense in [step for step in plan.steps if step.op.name == "dense_backward_input"]:
        slope = uses.only_reader(dense.slots[2])
        name = slope.op.name.removesuffix("_backward") if slope else ""
        op = OPS.get(f"dense_backward_input_{name}")
        if slope and op and slope.slots[1].shape == dense.slots[2].shape:
            slots = (*dense.slots[:2], slope.slots[0], slope.slots[2])
            uses.replace((dense, slope), Step(op, slots, slope.scalars, dense.phase), slope)


_GRADIENTS = {"dense_backward_weights": "dense_weights", "bias_backward": "bias"}


def _fuse_updates(plan: Plan) -> None:
    """The gradient of a weight, then its update, becomes one step that never stores the gradient."""
    uses = _Uses(plan)
    for gradient in [step for step in plan.steps if step.op.name in _GRADIENTS]:
        update = uses.only_reader(gradient.slots[-1])
        short = update.op.name.removesuffix("_update") if update else ""
        op = OPS.get(f"{_GRADIENTS[gradient.op.name]}_{short}")
        if update is None or op is None:
            continue
        shape = gradient.slots[-1].shape
        state = tuple(slot.view(*shape) for slot in update.slots[1:])
        uses.replace((gradient, update), Step(op, (*gradient.slots[:-1], *state), update.scalars, "update"), update)


# From this many inputs on, the sums of two chunks are small beside the weights that they keep from moving.
_INPUTS_WORTH_CHUNKS = 384
_CHUNKS = 2


def _sum_in_chunks(plan: Plan) -> None:
    """dense_forward over weights that this plan updates sums over two chunks of w's rows, and then adds those up."""
    updated = {id(s.root) for step in plan.steps if step.op.name.startswith("dense_weights_") for s in step.writes()}
    for dense in [step for step in plan.steps if step.op.name.startswith("dense_")]:
        op = OPS.get("dense_sum" + dense.op.name.removeprefix("dense").removesuffix("_forward"))
        if op is not None and id(dense.slots[1].root) in updated and _is_worth_chunks(dense.slots[0]):
            x, w, b, y = dense.slots
            sums = Slot(f"{y.name}.sums", (Batch(_CHUNKS), *y.features), y.dtype, "arena")
            product = Step(OPS["dense_chunks"], (x, w, sums), (), dense.phase)
            index = plan.steps.index(dense)
            plan.steps[index : index + 1] = [product, Step(op, (sums, b, y), dense.scalars, dense.phase)]


def _is_worth_chunks(x: Slot) -> bool:
    return x.shape[0] == Batch() and x.features[0] >= _INPUTS_WORTH_CHUNKS
