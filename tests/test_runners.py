"""The two runners: how streams and columns move from batch to batch, slices of time, the arena, equal numbers."""

from __future__ import annotations

import numpy as np
import pytest

from pynn.arena import Arena
from pynn.keras import Input, Sequential
from pynn.kernels.tables import table
from pynn.layers import Dense, Dropout
from pynn.losses import MeanSquaredError
from pynn.optimizers import SGD
from pynn.plan import ALL_ROWS, Batch, Column, Plan
from pynn.runners import CompiledRunner, ReferenceRunner

RUNNERS = {"compiled": (CompiledRunner, "cython"), "reference": (ReferenceRunner, "reference")}
both_runners = pytest.mark.parametrize("kind", RUNNERS)


def start(plan, kind, n, batch=None, **streams):
    """A runner with its streams bound, and the arena."""
    runner_class, name = RUNNERS[kind]
    arena = Arena(plan, batch or n)
    runner = runner_class(plan, table(name), arena, n, batch or n)
    for stream, array in streams.items():
        runner.bind(stream, array)
    return runner, arena


def scaling(scale):
    """A plan y = scale x for rows of 3, both streams; `scale` may be a column."""
    plan = Plan(np.float32, training=False)
    y = plan.emit("affine", plan.stream("x", (Batch(), 3)), scalars=(scale, 0.0))
    plan.into_stream(y, "y")
    return plan


def thirds(rows):
    return np.arange(3 * rows, dtype=np.float32).reshape(rows, 3)


@both_runners
def test_streams_move_on_with_each_batch(kind):
    x, y = thirds(10), np.full((10, 3), -1, np.float32)
    runner, _ = start(scaling(2.0), kind, 4, x=x, y=y)
    assert runner.run(1, 2, 60.0) == runner.reached == 2
    np.testing.assert_array_equal(y[4:8], 2 * x[4:8])
    assert (np.delete(y, slice(4, 8), axis=0) == -1).all()


@both_runners
def test_a_short_last_batch_starts_where_the_others_end(kind):
    x, y = thirds(10), np.full((10, 3), -1, np.float32)
    runner, _ = start(scaling(2.0), kind, 2, batch=4, x=x, y=y)
    assert runner.run(2, 3, 60.0) == 3
    np.testing.assert_array_equal(y[8:], 2 * x[8:])
    assert (y[:8] == -1).all()


@both_runners
def test_an_input_may_be_read_only(kind):
    x, y = thirds(4), np.empty((4, 3), np.float32)
    x.flags.writeable = False
    runner, _ = start(scaling(2.0), kind, 4, x=x, y=y)
    runner.run(0, 1, 0.0)
    np.testing.assert_array_equal(y, 2 * x)


def test_a_compiled_runner_writes_to_no_read_only_array():
    y = np.empty((4, 3), np.float32)
    y.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        start(scaling(2.0), "compiled", 4, x=thirds(4), y=y)


@both_runners
def test_no_time_is_one_batch(kind):
    x, y = thirds(100), np.full((100, 3), -1, np.float32)
    runner, _ = start(scaling(2.0), kind, 1, x=x, y=y)
    for batch in (0, 1, 2):
        assert runner.run(batch, 100, 0.0) == runner.reached == batch + 1
        assert (y[batch + 1 :] == -1).all()
    assert runner.run(3, 100, 60.0) == 100
    np.testing.assert_array_equal(y, 2 * x)


@both_runners
def test_columns_give_each_batch_its_value(kind):
    asked = []

    def values(count):
        asked.append(count)
        return 10.0 * len(asked) + np.arange(count)

    x, y = np.ones((6, 3), np.float32), np.empty((6, 3), np.float32)
    runner, _ = start(scaling(Column("scale", values)), kind, 1, x=x, y=y)
    runner.run(0, 4, 60.0)
    runner.run(4, 6, 60.0)
    assert asked == [4, 2]
    np.testing.assert_array_equal(y[:, 0], [10, 11, 12, 13, 20, 21])


@both_runners
def test_order_picks_rows_of_the_whole_data_set(kind):
    plan = Plan(np.float64, training=True)
    data, order = plan.stream("x", (ALL_ROWS, 3), np.float32), plan.stream("order", (Batch(),), np.int64)
    plan.into_stream(plan.emit("gather_f32", data, order), "y")
    x, picked, y = thirds(6), np.array([5, 0, 0, 3, 2, 1]), np.empty((6, 3))
    runner, _ = start(plan, kind, 2, x=x, order=picked, y=y)
    assert runner.run(0, 3, 60.0) == 3
    np.testing.assert_array_equal(y, x[picked])


@both_runners
def test_the_arena_is_for_batches_up_to_its_capacity(kind):
    plan = Plan(np.float32, training=False)
    total = np.zeros(1)
    x = plan.stream("x", (Batch(), 3))
    hit = plan.emit("squared_error", plan.emit("affine", x, scalars=(1.0, 1.0)), x)
    plan.emit("accumulate", hit, plan.fixed("total", total))
    arena = Arena(plan, 4)
    assert arena.array(hit, 4).shape == (4,)
    assert np.shares_memory(arena.array(hit, 2), arena.array(hit, 4))
    runner_class, name = RUNNERS[kind]
    for n in (4, 1):
        runner = runner_class(plan, table(name), arena, n, 4)
        runner.bind("x", thirds(4))
        runner.run(0, 1, 0.0)
    assert total[0] == 5  # (x + 1 - x)² for each row
    with pytest.raises(ValueError, match="cannot reshape"):
        arena.array(hit.view(Batch()), 5)


def training(kind, x, t):
    """Loss, gradient of the input and weights after an epoch of batches of 4, the last one shorter."""
    plan, loss_sum, layer = Plan(np.float32, training=True), np.zeros(1), Dense(2, "tanh", dtype="float32")
    layer.ensure_built((None, 5))
    layer.kernel.value[...] = np.random.default_rng(1).normal(size=layer.kernel.shape)
    y, backward = layer.lower(plan, plan.stream("x", (Batch(), 5)))
    per_row, dy = MeanSquaredError().lower(plan, y, plan.stream("t", (Batch(), 2)), plan.ones(Batch()))
    plan.emit("accumulate", per_row, plan.fixed("sum", loss_sum))
    dx = backward(dy)
    SGD(0.1).lower(plan, layer.trainable_weights)
    plan.keep(dx)
    plan.layout()
    full, rest = divmod(len(x), 4)
    start(plan, kind, 4, x=x, t=t)[0].run(0, full, 60.0)
    runner, arena = start(plan, kind, rest, batch=4, x=x, t=t)
    runner.run(full, full + 1, 60.0)
    return [loss_sum, arena.array(dx, rest).copy(), *layer.get_weights()]


def test_both_runners_give_the_same_numbers():
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(10, 5)).astype(np.float32), rng.normal(size=(10, 2)).astype(np.float32)
    found = [training(kind, x, t) for kind in RUNNERS]
    for compiled, reference in zip(*found, strict=True):
        np.testing.assert_allclose(compiled, reference, rtol=1e-5, atol=1e-6)


@both_runners
def test_a_mask_of_dropout_depends_on_seed_and_step_only(kind):
    layer, plan = Dropout(0.5, seed=7), Plan(np.float32, training=True)
    y, _ = layer.lower(plan, plan.stream("x", (Batch(), 3)))
    plan.into_stream(y, "y")
    x, found = np.ones((40, 3), np.float32), []
    for start_at, batch in ((0, 8), (0, 8), (3, 8)):
        layer.seed_generator.state.live[1] = start_at
        found.append(np.empty((40, 3), np.float32))
        start(plan, kind, batch, x=x, y=found[-1])[0].run(0, 5, 60.0)
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[2][:16], found[0][24:])  # steps 3 and 4, wherever they come from
    assert set(np.unique(found[0])) == {0, 2}
    assert (found[0][:8] != found[0][8:16]).any()


def test_a_model_run_eagerly_gives_the_same_numbers():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(10, 5)), rng.normal(size=(10, 2))
    found = []
    for eagerly in (False, True):
        model = Sequential([Input((5,)), Dense(3, "sigmoid", kernel_initializer="ones"), Dense(2)])
        model.layers[1].kernel.assign([[1, 2], [0, -1], [1, 1]])
        model.compile("adam", "mse", metrics=["mae"], run_eagerly=eagerly)
        model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
        numbers = model.evaluate(x, y, batch_size=4, verbose=0)
        found.append([*model.get_weights(), np.array(numbers), model.predict(x, batch_size=4, verbose=0)])
    for compiled, eager in zip(*found, strict=True):
        np.testing.assert_allclose(eager, compiled, rtol=1e-5, atol=1e-6)


@both_runners
def test_a_step_may_stand_out_of_some_batches(kind):
    plan, total = Plan(np.float32, training=False), np.zeros(1)
    every_third = Column("every third", lambda count: np.arange(count) % 3 == 2)
    hit = plan.emit("squared_error", plan.stream("x", (Batch(), 1)), plan.stream("t", (Batch(), 1)))
    plan.emit("accumulate", hit, plan.fixed("total", total), when=every_third)
    assert str(plan).endswith("when <every third>")
    x = np.arange(8, dtype=np.float32)[:, None]
    runner, _ = start(plan, kind, 1, x=x, t=np.zeros_like(x))
    runner.run(0, 8, 60.0)
    assert total[0] == 2**2 + 5**2


@both_runners
def test_python_steps_stand_between_compiled_ones(kind):
    plan, total = Plan(np.float32, training=True), np.zeros(1)
    x = plan.stream("x", (Batch(), 3))
    doubled = plan.emit("affine", x, scalars=(2.0, 0.0))
    seen = []

    def square(given, made, added):
        seen.append(given.shape)
        made[:] = given**2
        added += given.sum(dtype=float)

    (y,) = plan.python("square", square, [doubled], [((Batch(), 3), None)], [plan.fixed("total", total)])
    plan.into_stream(plan.emit("affine", y, scalars=(1.0, 1.0)), "y")
    plan.layout()
    assert str(plan.steps[1]) == "python:square: affine(n, 3) -> square(n, 3), total(1)"
    data, out = thirds(5), np.empty((5, 3), np.float32)
    runner, _ = start(plan, kind, 2, x=data, y=out)
    assert runner.run(0, 2, 60.0) == runner.reached == 2
    np.testing.assert_allclose(out[:4], 4 * data[:4] ** 2 + 1, rtol=1e-6)
    assert seen == [(2, 3), (2, 3)]
    np.testing.assert_allclose(total, 2 * data[:4].sum(dtype=float))
    assert runner.run(0, 2, 0.0) == 1


@both_runners
def test_an_error_in_a_python_step_stops_the_walk_before_the_next_batch(kind):
    plan = Plan(np.float32, training=True)
    x, calls = plan.stream("x", (Batch(), 3)), []

    def fail(given, made):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("no")

    (y,) = plan.python("fail", fail, [x], [((Batch(), 3), None)])
    plan.keep(y)
    plan.layout()
    runner, _ = start(plan, kind, 1, x=thirds(3))
    with pytest.raises(RuntimeError, match="no"):
        runner.run(0, 3, 60.0)
    assert runner.reached == 1
