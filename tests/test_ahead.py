"""Rows brought to the next batch while one worker is busy with this one: the same numbers, in every order of events."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import frozen
from pynn.grouping import ahead, together
from pynn.keras import Input, Sequential, callbacks, optimizers, utils
from pynn.kernels.contract import Op
from pynn.layers import Dense
from pynn.plan import Batch, Column, Slot
from pynn.steps import Step
from pynn.threads import get_num_threads, set_num_threads

ROWS = "x(n,i) -> y(n,i)"


def slot(name, kind="arena", array=None):
    return Slot(name, (Batch(), 4), np.float32, kind, array)


def step(signature, *slots, scalars=(), when=None):
    return Step(Op("thing", signature, lambda: None), slots, scalars, "forward", when)


X, A, B = slot("x", "stream"), slot("a"), slot("b")
FIXED = slot("weights", "fixed", np.zeros((4, 4), np.float32))
NOW_AND_THEN = Column("now and then", np.zeros)


def ahead_of(*steps):
    return ahead(steps, together(steps))


def test_what_reads_streams_alone_may_run_ahead():
    assert ahead_of(step(ROWS, X, A), step(ROWS, A, B)) == [0]
    assert ahead_of(step(ROWS, FIXED, A), step(ROWS, X, B)) == [0, 1]


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(step(ROWS, B, A), id="reads what is written"),
        pytest.param(step("x(n,i) -> ~y(n,i)", X, A), id="in place"),
        pytest.param(step(ROWS, X, FIXED), id="outlives the batch"),
        pytest.param(step(ROWS, X, B), id="written twice"),
        pytest.param(step(ROWS, X, slot("y", "stream")), id="a stream is written"),
        pytest.param(step(ROWS, X, A, scalars=(NOW_AND_THEN,)), id="another scalar each batch"),
        pytest.param(step(ROWS, X, A, when=NOW_AND_THEN), id="not in every batch"),
    ],
)
def test_what_may_not(first):
    assert 0 not in ahead_of(first, step(ROWS, slot("c"), B))


@pytest.fixture(autouse=True)
def workers():
    before = get_num_threads()
    yield
    set_num_threads(before)


@pytest.fixture
def programs(monkeypatch):
    """What is frozen from now on, as it is given to the core: the numbers of steps ahead."""
    found, make = [], frozen._core.Program

    def note(lines, groups, in_turn, pointers, scalars, first=((), 1), turns=()):
        found.append(list(first[0]))
        return make(lines, groups, in_turn, pointers, scalars, first, turns)

    monkeypatch.setattr(frozen._core, "Program", note)
    return found


def network(features, *units):
    utils.set_random_seed(7)
    model = Sequential([Input((features,)), *(Dense(size, "tanh") for size in units), Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def data(rows, features):
    rng = np.random.default_rng(rows)
    return rng.normal(size=(rows, features)).astype("float32"), rng.integers(0, 3, rows)


def trained(workers, rows, features, units, **options):
    """Weights and losses after a fit with so many workers."""
    set_num_threads(workers)
    model, (x, y) = network(features, *units), data(rows, features)
    history = model.fit(x, y, verbose=0, **options).history
    return [*model.get_weights(), *map(np.array, history.values())]


def equal_for_workers(rows, features, units=(20,), **options):
    alone = trained(1, rows, features, units, **options)
    for count in (2, 3, 5):
        for a, b in zip(alone, trained(count, rows, features, units, **options), strict=True):
            np.testing.assert_array_equal(a, b)


def test_the_lectures_network_goes_ahead(programs):
    trained(2, 200, 784, (100,), batch_size=32, epochs=1)
    assert len(programs[0]) == 2  # rows and labels


def test_a_small_network_does_not(programs):
    trained(2, 200, 8, (30,), batch_size=32, epochs=1)
    assert programs
    assert not any(programs)


@pytest.mark.parametrize("rows", [32, 33, 63, 64, 100, 128])
@pytest.mark.parametrize("epochs", [1, 4])
def test_short_last_batches_and_epochs_of_one_batch(rows, epochs):
    equal_for_workers(rows, 1500, batch_size=32, epochs=epochs)
    equal_for_workers(rows, 1500, batch_size=64, epochs=epochs)


def test_a_batch_of_all_rows():
    equal_for_workers(90, 1500, batch_size=90, epochs=5)


def test_nothing_but_rows_is_worth_sharing(programs):
    """No group is shared beside those rows: one worker computes, the others fetch."""
    equal_for_workers(500, 1000, (2,), batch_size=30, epochs=3)
    assert any(programs)


def test_rows_in_their_order_and_validation():
    equal_for_workers(150, 1500, batch_size=32, epochs=3, shuffle=False, validation_split=0.2)


def test_batches_that_are_heard():
    """A walk ends after every batch: none is fetched for nobody."""
    heard = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)
    equal_for_workers(150, 1500, batch_size=32, epochs=2, callbacks=[heard])


class Doubling(callbacks.Callback):
    """Changes the rows themselves between two epochs."""

    def __init__(self, x):
        super().__init__()
        self.x = x

    def on_epoch_end(self, epoch, logs=None):
        self.x *= 2


def test_rows_changed_by_a_callback_are_seen():
    def losses(workers):
        set_num_threads(workers)
        model, (x, y) = network(1500, 20), data(128, 1500)
        return model.fit(x, y, batch_size=32, epochs=3, verbose=0, callbacks=[Doubling(x)]).history["loss"]

    assert losses(1) == losses(2)


def test_a_training_that_loses_its_loss_ends_after_the_same_batch():
    def run(workers):
        set_num_threads(workers)
        utils.set_random_seed(7)
        model, (x, y) = Sequential([Input((1500,)), Dense(20, "tanh"), Dense(3)]), data(256, 1500)
        model.compile(optimizers.SGD(1e30), "mse")
        model.fit(x, np.eye(3)[y], batch_size=32, epochs=1, verbose=0, callbacks=[callbacks.TerminateOnNaN()])
        return int(model.optimizer.iterations), [w.tobytes() for w in model.get_weights()]

    assert run(1) == run(2)
    assert run(2)[0] < 8


def test_workers_come_and_go_between_fits():
    model, (x, y) = network(1500, 20), data(100, 1500)
    other = network(1500, 20)
    for count in (2, 1, 4, 2):
        set_num_threads(count)
        utils.set_random_seed(count)
        model.fit(x, y, batch_size=32, epochs=2, verbose=0)
        set_num_threads(1)
        utils.set_random_seed(count)
        other.fit(x, y, batch_size=32, epochs=2, verbose=0)
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
