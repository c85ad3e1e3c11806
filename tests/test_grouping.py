"""Groups of steps that workers walk without waiting: no step misses what another worker computes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pynn import _core
from pynn.grouping import in_turn, rows_of, together
from pynn.keras import Input, Sequential, utils
from pynn.kernels.contract import OPS, Op
from pynn.layers import BatchNormalization, Dense, Dropout
from pynn.plan import Batch, Plan, Slot
from pynn.steps import Step

ROWS = "x(n,i) -> y(n,i)"
WIDE = "dy(n,o), w(i,o) -> dx(n,i)"


def op(signature, **facts):
    return Op("thing", signature, lambda: None, **facts)


def slot(name, *shape, array=None):
    return Slot(name, shape, np.float32, "arena" if array is None else "fixed", array)


def steps(*lines):
    return [Step(made, slots, (), "forward") for made, *slots in lines]


A, B, C, D = (slot(name, Batch(), 4) for name in "abcd")
W = slot("w", 4, 4)


def test_row_by_row_steps_are_one_group():
    assert together(steps((op(ROWS), A, B), (op(ROWS), B, C), (op(ROWS), C, D))) == [[0, 1, 2]]


def test_workers_meet_before_a_step_that_needs_all_rows():
    all_rows = op("x(n,i), dy(n,o) -> dw(i,o)")
    assert together(steps((op(ROWS), A, B), (all_rows, B, C, W))) == [[0], [1]]


def test_workers_meet_before_columns_of_what_was_cut_by_rows():
    columns = op(WIDE, cut="i")
    dx = slot("dx", Batch(), 4)
    assert together(steps((op(ROWS), A, B), (columns, B, W, dx), (op(ROWS), dx, D))) == [[0], [1], [2]]


def test_columns_of_one_matrix_go_together():
    columns = op("x(n,i) -> y(n,i)", cut="i")
    assert together(steps((columns, A, B), (columns, B, C))) == [[0, 1]]
    assert together(steps((columns, A, B), (columns, B.view(Batch(2), 2), slot("c", Batch(2), 2)))) == [[0], [1]]


def test_rows_of_other_heights_are_other_rows():
    assert together(steps((op(ROWS), A, B), (op(ROWS), B.view(Batch(2), 2), slot("c", Batch(2), 2)))) == [[0], [1]]


def test_what_nobody_waits_for_passes_what_waits():
    total = op("x(n,i) -> ~total(1):f64")
    sums = slot("sums", 1)
    order = together(steps((op(ROWS), A, B), (total, B, sums), (op(ROWS), B, C), (op(ROWS), C, D)))
    assert order == [[0, 2, 3], [1]]


def test_nobody_overwrites_what_another_worker_still_reads():
    update = op("dw(i,o) -> ~w(i,o)")
    assert together(steps((op("x(n,i), w(i,o) -> y(n,o)"), A, W, B), (update, slot("dw", 4, 4), W))) == [[0], [1]]


def test_slots_over_one_array_are_one_memory():
    numbers = np.zeros((8, 4), np.float32)
    first, second = slot("first", 4, 4, array=numbers[:4]), slot("second", 4, 4, array=numbers[2:6])
    assert together(steps((op(ROWS), A, first), (op(ROWS), second, B))) == [[0], [1]]


def test_the_slides_network_has_two_meetings():
    model = Sequential([Input((8,)), Dense(5, "sigmoid"), Dense(3, "softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    model.fit(np.ones((4, 8), "float32"), np.eye(3, dtype="float32")[[0, 1, 2, 0]], verbose=0)
    plan: Plan = next(iter(model._works.values())).plan
    names = [[plan.steps[i].op.name for i in group] for group in together(plan.steps)]
    assert len(names[0]) == 6
    assert names[0][-2:] == ["softmax_crossentropy", "categorical_accuracy"]
    # A worker takes the rows of w that it has just read, and then the columns of dx that it has just written.
    first = ["accumulate_mean", "accumulate_mean", "dense_backward_input_sigmoid"]
    assert names[1] == [*first, "bias_sgd", "dense_weights_sgd", "bias_sgd"]
    assert names[2] == ["dense_weights_sgd"]


def test_the_way_back_through_small_layers_is_shared_by_rows():
    backward = OPS["dense_backward_input"]
    dz, dx, dx2, z = (slot(name, Batch(), 100) for name in ("dz", "dx", "dx2", "z"))
    middle, small, large = slot("middle", 100, 100), slot("small", 10, 100), slot("large", 1000, 100)
    assert together(steps((op(ROWS), z, dz), (backward, dz, middle, dx), (backward, dx, middle, dx2))) == [[0, 1, 2]]
    for weights in small, large:
        assert together(steps((op(ROWS), z, dz), (backward, dz, weights, slot("d", Batch(), *weights.shape[:1])))) == [
            [0],
            [1],
        ]
    # One worker alone keeps the order of groups by columns.
    update = op("x(n,i), dy(n,o) -> ~w(i,o)")
    chain = steps((backward, dz, middle, dx), (update, z, dz, middle), (backward, dx, slot("below", 100, 100), dx2))
    assert together(chain) == [[0, 2], [1]]
    assert in_turn(chain, together(chain)) == [0, 1, 2]
    one = steps((backward, dz, middle, dx))[0]
    assert rows_of(one, {"n": 32, "o": 100, "i": 100}) == (0, 100, [400, 0, 400])
    assert rows_of(steps((backward, dz, large, slot("d", Batch(), 1000)))[0], {"n": 32, "o": 100, "i": 1000}) is None


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_step_runs_before_what_it_depends_on(data):
    """Random plans: steps that share memory keep their order, and in one group both keep to the same part."""
    slots = [slot(f"s{i}", Batch(), 4) for i in range(4)]
    signatures = [
        ("x(n,i) -> y(n,i)", {}),
        ("x(n,i) -> y(n,i)", {"cut": "i"}),
        ("x(n,i) -> y(n,i)", {"across": ("x",)}),
    ]
    ops = [op(signature, **facts) for signature, facts in signatures]
    lines = data.draw(
        st.lists(st.tuples(st.sampled_from(ops), st.sampled_from(slots), st.sampled_from(slots)), max_size=9)
    )
    found = together(made := steps(*lines))
    assert sorted(i for group in found for i in group) == list(range(len(made)))
    place = {i: (g, at) for g, group in enumerate(found) for at, i in enumerate(group)}
    for j, later in enumerate(made):
        for i, before in enumerate(made[:j]):
            for a, x in zip(before.op.operands, before.slots, strict=True):
                for b, y in zip(later.op.operands, later.slots, strict=True):
                    if x is y and "out" in (a.role, b.role):
                        assert place[i] < place[j]
                        same = before.op.axis(a) is not None and before.op.axis(a) == later.op.axis(b)
                        assert same or place[i][0] < place[j][0]


@pytest.mark.parametrize("groups", [[], [([0], 1)], [([0, 0], 1)], [([0, 1], 1), ([1], 1)], [([0, 2], 1)]])
def test_each_step_is_in_one_group(groups):
    lines = [(0, [], [], [], 1, None), (0, [], [], [], 1, None)]
    with pytest.raises(ValueError, match="each of 2 steps must be in one group"):
        _core.Program(lines, groups, [0, 1], [], [])


@pytest.mark.parametrize("order", [[], [0], [0, 0], [0, 2]])
def test_each_step_has_a_turn(order):
    lines = [(0, [], [], [], 1, None), (0, [], [], [], 1, None)]
    with pytest.raises(ValueError, match="each of 2 steps must run once"):
        _core.Program(lines, [([0, 1], 1)], order, [], [])


def fitted(workers):
    """Weights and losses of a network with every kind of group, wide enough to be shared."""
    _core.set_workers(workers)
    utils.set_random_seed(3)
    layers = [Dense(130, "relu"), Dropout(0.2), BatchNormalization(), Dense(70, "tanh"), Dense(60), Dense(5, "softmax")]
    model = Sequential([Input((400,)), *layers])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(300, 400)).astype("float32"), rng.integers(0, 5, 300)
    history = model.fit(x, y, batch_size=64, epochs=3, verbose=0).history
    return [*model.get_weights(), model.predict(x, verbose=0), *map(np.array, history.values())]


@pytest.mark.parametrize("workers", [2, 3, 5])
def test_the_number_of_workers_changes_no_bit_of_a_network(workers):
    before = _core.get_workers()
    try:
        for alone, shared in zip(fitted(1), fitted(workers), strict=True):
            np.testing.assert_array_equal(alone, shared)
    finally:
        _core.set_workers(before)
