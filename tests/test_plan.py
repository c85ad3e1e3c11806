"""The plan: sizes and views, what emit checks and makes, what layout drops, how it prints."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pynn.layers import Dense
from pynn.losses import MeanSquaredError
from pynn.optimizers import SGD
from pynn.plan import ALL_ROWS, Batch, Plan, Slot, resolve
from pynn.variables import Variable

# --- Slots


def test_sizes():
    assert (resolve(Batch(3), 5), resolve(7, 5)) == (15, 7)
    assert Batch() == Batch(1) != Batch(2)
    assert Batch() != 1
    assert len({Batch(2), Batch(2), Batch(3)}) == 2
    assert [repr(Batch()), repr(Batch(3))] == ["n", "3n"]


@pytest.mark.parametrize(("shape", "rows"), [
    ((Batch(), 4), (Batch(), 4)),
    ((Batch(), 3, 4), (Batch(3), 4)),
    ((Batch(2), 3, 5, 4), (Batch(30), 4)),
    ((6, 3, 4), (18, 4)),
])  # fmt: skip
def test_rows(shape, rows):
    slot = Slot("x", shape, np.float32, "arena")
    assert slot.rows().shape == rows
    assert slot.rows().root is slot
    assert slot.features == shape[1:]


def test_views_share_their_root():
    slot = Slot("x", (Batch(), 3, 4), np.float64, "fixed")
    view = slot.view(Batch(), 12).view(Batch(4), 3)
    assert view.root is slot
    assert (view.dtype, view.kind, repr(view)) == (np.float64, "fixed", "x(4n, 3)")


@pytest.mark.parametrize("shape", [(Batch(), 11), (Batch(2), 12), (12,), (Batch(), Batch(12))], ids=str)
def test_a_view_holds_as_many_elements(shape):
    slot = Slot("x", (Batch(), 3, 4), np.float32, "arena")
    words = f"slot x: cannot view shape {slot.shape} as {shape}"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        slot.view(*shape)


# --- emit


def test_outputs_are_made():
    plan = Plan(np.float64, training=True)
    x, w = plan.stream("x", (Batch(3), 4)), plan.fixed("w", np.zeros((4, 2)))
    z = plan.emit("matmul_nn", x, w)
    assert (z.shape, z.dtype, z.kind, z.name) == ((Batch(3), 2), np.float64, "arena", "matmul_nn")
    labels, weights = plan.stream("t", (Batch(3),), np.int32), plan.ones(Batch(3))
    made = plan.emit("sparse_softmax_crossentropy", z, labels, weights, scalars=(0.0,), label="p")
    assert [(slot.name, slot.shape) for slot in made] == [
        ("p", (Batch(3), 2)),
        ("p.loss", (Batch(3),)),
        ("p.dz", (Batch(3), 2)),
    ]
    assert plan.emit("accumulate", made[1], plan.fixed("sum", np.zeros(1))) is None
    assert plan.emit("softmax_forward", z).name == "softmax"
    assert plan.emit("softmax_forward", z).name == "softmax.2"


def test_element_type_of_an_output_is_the_operands():
    plan = Plan(np.float32, training=True)
    order = plan.stream("order", (Batch(),), np.int64)
    labels = plan.emit("gather_labels", plan.stream("labels", (ALL_ROWS, 1), np.int32), order)
    rows = plan.emit("gather_u8", plan.stream("x", (ALL_ROWS, 9), np.uint8), order)
    assert (labels.dtype, rows.dtype) == (np.int32, np.float32)
    assert rows.shape == (Batch(), 9)


@pytest.mark.parametrize(("name", "shapes", "scalars", "words"), [
    ("dense_froward", [], (), "there is no op 'dense_froward'"),
    ("softmax_forward", [(Batch(), 3), (Batch(), 3)], (), "takes slots [x(n,k)] and scalars (), got (s0(n, 3), s1(n"),
    ("affine", [(Batch(), 3)], (1.0,), "and scalars ('scale', 'shift'), got (s0(n, 3),) and (1.0,)"),
    ("matmul_nn", [(Batch(), 3), (4, 2)], (), "matmul_nn: b has k=4, expected k=3"),
    ("bias_forward", [(Batch(), 3), (Batch(),)], (), "bias_forward: b has k=n, expected k=3"),
    ("softmax_backward", [(Batch(), 3), (Batch(2), 3)], (), "softmax_backward: dy has n=2n, expected n=n"),
    ("softmax_forward", [(Batch(), 3, 4)], (), "x(n,k) needs 2 dimensions, got shape (n, 3, 4)"),
    ("convert_u8", [(Batch(), 3)], (), "x(n,k) cannot be slot s0(n, 3) of float32"),
    ("accumulate", [(Batch(),), (1,)], (), "~total(1) cannot be slot s1(1) of float32"),
])  # fmt: skip
def test_slots_that_do_not_fit(name, shapes, scalars, words):
    plan = Plan(np.float32, training=True)
    given = [plan.stream(f"s{i}", shape) for i, shape in enumerate(shapes)]
    with pytest.raises(ValueError, match=re.escape(words)):
        plan.emit(name, *given, scalars=scalars)
    assert not plan.steps


def test_a_variable_has_one_slot_and_its_gradients_are_added_up():
    plan, variable = Plan(np.float32, training=True), Variable(np.ones((2, 3)), name="w")
    slot = plan.parameter(variable)
    assert plan.parameter(variable) is slot
    assert np.shares_memory(slot.array, variable.value)
    plan.add_gradient(variable, slot)
    assert plan.gradients[id(variable)] is slot
    assert plan.steps == []
    plan.add_gradient(variable, slot)
    assert [step.op.name for step in plan.steps] == ["add_forward"]
    assert plan.gradients[id(variable)].root is plan.steps[0].slots[2]


# --- layout


def two_layers(loss_sum, trainable=True):
    layers = [Dense(4, "tanh", name="a", trainable=trainable), Dense(2, name="b")]
    plan = Plan(np.float32, training=True)
    y, backwards = plan.stream("x", (Batch(), 5)), []
    shape = (None, 5)
    for layer in layers:
        shape = layer.ensure_built(shape)
        y, backward = layer.lower(plan, y)
        backwards.append(backward)
    plan.phase = "loss"
    per_row, dy = MeanSquaredError().lower(plan, y, plan.stream("t", (Batch(), 2)), plan.ones(Batch()))
    plan.emit("accumulate", per_row, plan.fixed("sum", loss_sum))
    plan.phase = "backward"
    for backward in reversed(backwards):
        dy = backward(dy)
    SGD(0.1).lower(plan, [v for layer in layers for v in layer.trainable_weights])
    return plan, dy, layers


def names(plan):
    return [step.op.name for step in plan.steps]


def test_layout_drops_the_gradient_of_the_input():
    plan, dx, _ = two_layers(np.zeros(1))
    before = names(plan)
    assert before.count("dense_backward_input") == 2
    plan.layout()
    gone = [step for step in plan.steps if any(slot.root is dx.root for slot in step.slots)]
    assert not gone
    assert names(plan).count("dense_backward_input") == 1
    assert len(names(plan)) == len(before) - 1


def test_layout_keeps_what_is_asked_for_and_the_order():
    plan, dx, _ = two_layers(np.zeros(1))
    before = list(plan.steps)
    plan.keep(dx.view(*dx.shape))
    plan.layout()
    assert plan.steps == before


def test_layout_drops_the_way_back_to_frozen_weights():
    plan, _, _ = two_layers(np.zeros(1), trainable=False)
    plan.layout()
    assert names(plan).count("sgd_update") == 2
    assert names(plan).count("dense_backward_weights") == 1
    assert not {"dense_backward_input", "tanh_backward"} & set(names(plan))


def test_phases_stand_in_order():
    plan, _, _ = two_layers(np.zeros(1))
    phases = [step.phase for step in plan.steps]
    assert sorted(phases, key=("forward", "loss", "backward", "update").index) == phases


def test_printing():
    plan, _, _ = two_layers(np.zeros(1))
    plan.layout()
    lines = str(plan).splitlines()
    assert lines[0].split() == ["phase", "op", "operands"]
    assert lines[1].split(maxsplit=2) == ["forward", "dense_forward", "x(n, 5), a/kernel(5, 4), a/bias(4) -> a.z(n, 4)"]
    assert lines[-1].endswith("<learning_rate>")
    assert len(lines) == 1 + len(plan.steps)


def test_a_column_of_several_steps_is_asked_once():
    plan, _, _ = two_layers(np.zeros(1))
    assert names(plan).count("sgd_update") == 4
    assert [repr(column) for column in plan.columns()] == ["<learning_rate>"]
