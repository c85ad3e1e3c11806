"""Data that comes in batches, and batches one at a time: the same numbers, lengths and warnings as in real Keras."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

CLASS_WEIGHT = {0: 1.0, 1: 2.0, 2: 0.5}
STILL = {"verbose": 0, "shuffle": False}


@pytest.fixture(scope="module")
def rows(data):
    return data.x[:100], data.one_hot[:100]


def compiled(keras, **settings):
    random = np.random.default_rng(1)
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((6,)), layers.Dense(4, activation="relu"), layers.Dense(3, activation="softmax")]
    )
    model.set_weights([random.normal(0, 0.3, w.shape) for w in model.get_weights()])
    model.compile(keras.optimizers.SGD(0.05), "categorical_crossentropy", metrics=["accuracy"], **settings)
    return model


def batches(rows, n=4, forever=True):
    while True:
        for i in range(n):
            yield tuple(part[i * 20 : (i + 1) * 20] for part in rows)
        if not forever:
            return


def dataset(keras, rows, weights=True):
    class Data(keras.utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, i):
            x, y = (part[i * 20 : (i + 1) * 20] for part in rows)
            return (x, y, np.linspace(0, 1, 20)) if weights else (x, y)

    return Data()


def fitted(keras, *args, **kwargs):
    return compiled(keras).fit(*args, **(STILL | kwargs)).history


CASES = {
    "generator": lambda k, r: fitted(k, batches(r), steps_per_epoch=3, epochs=3),
    "generator that ends": lambda k, r: fitted(k, batches(r, forever=False), epochs=2),
    "generator that ends early": lambda k, r: fitted(k, batches(r, forever=False), steps_per_epoch=3, epochs=2),
    "generator for validation": lambda k, r: fitted(k, *r, epochs=2, validation_data=batches(r), validation_steps=2),
    "PyDataset": lambda k, r: fitted(k, dataset(k, r), epochs=3, validation_data=dataset(k, r)),
    "PyDataset evaluated": lambda k, r: compiled(k).evaluate(dataset(k, r), verbose=0),
    "class weights of batches": lambda k, r: fitted(k, dataset(k, r, False), class_weight=CLASS_WEIGHT),
    "arrays in few steps": lambda k, r: fitted(k, *r, steps_per_epoch=2, epochs=3),
    "arrays that go on": lambda k, r: fitted(k, *r, batch_size=10, steps_per_epoch=4, epochs=3),
    "every second epoch": lambda k, r: fitted(k, *r, epochs=4, validation_split=0.2, validation_freq=2),
    "some epochs": lambda k, r: fitted(k, *r, epochs=4, validation_split=0.2, validation_freq=[1, 4]),
    "validation steps": lambda k, r: fitted(
        k, *r, epochs=2, validation_data=r, validation_steps=2, validation_batch_size=10
    ),
    "from a later epoch": lambda k, r: fitted(k, *r, initial_epoch=2, epochs=4),
    "predictions of a generator": lambda k, r: compiled(k).predict(batches(r), steps=3, verbose=0),
    "predictions in steps": lambda k, r: compiled(k).predict(r[0], steps=2, verbose=0),
    "evaluation in steps": lambda k, r: compiled(k).evaluate(*r, steps=2, verbose=0),
}


def outcome(case, keras, rows):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = case(keras, rows)
    return result, sum("ran out of data" in str(w.message) for w in caught)


@pytest.mark.parametrize("name", CASES)
def test_same_numbers_and_warnings(sides, rows, name):
    (ours, warned), (theirs, expected) = (outcome(CASES[name], keras, rows) for keras in sides)
    assert warned == expected
    if isinstance(theirs, dict):
        assert {key: len(values) for key, values in ours.items()} == {k: len(v) for k, v in theirs.items()}
        ours, theirs = ([history[key] for key in sorted(history)] for history in (ours, theirs))
        for p, q in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(p, q, rtol=3e-6)
    else:
        assert type(ours) is type(theirs)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_one_batch_at_a_time(sides, rows):
    found = []
    for keras in sides:
        model, one = compiled(keras), [part[:20] for part in rows]
        said = [model.train_on_batch(*(part[i : i + 20] for part in rows)) for i in (0, 20, 40)]
        said += [model.test_on_batch(*one), model.train_on_batch(*one, class_weight=CLASS_WEIGHT)]
        said.append(list(model.train_on_batch(*one, return_dict=True).values())[::-1])
        said.append(model.train_on_batch(*one, sample_weight=np.linspace(0, 1, 20)))
        found.append((np.array(said), model.predict_on_batch(one[0]), model.get_weights()))
    ours, theirs = found
    np.testing.assert_allclose(ours[0], theirs[0], rtol=3e-6)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-5)
    for w, v in zip(ours[2], theirs[2], strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=1e-6)


def test_steps_per_execution_changes_the_hooks(sides, rows):
    seen = []
    for keras in sides:
        numbers = []

        class Note(keras.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None, numbers=numbers):
                numbers.append(batch)

        compiled(keras, steps_per_execution=2).fit(*rows, batch_size=10, callbacks=[Note()], **STILL)
        seen.append(numbers)
    assert seen[0] == seen[1]


WRONG = {
    "both weights": lambda k, r: fitted(k, *r, class_weight={0: 1.0}, sample_weight=np.ones(100)),
    "a share of a generator": lambda k, r: fitted(k, batches(r), validation_split=0.2),
    "targets beside a generator": lambda k, r: fitted(k, batches(r), r[1]),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors(sides, rows, name):
    for keras in sides:
        with pytest.raises(ValueError, match=r"class_weight|validation_split|should not be passed"):
            WRONG[name](keras, rows)


@pytest.mark.filterwarnings("ignore:Limiting steps_per_epoch")
def test_limits(sides, rows):
    """A program can be tried out on little."""
    found = []
    for keras in sides:
        keras.config.set_max_epochs(2)
        keras.config.set_max_steps_per_epoch(3)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that there is a limit
                history = fitted(keras, *rows, batch_size=10, epochs=5, validation_data=rows)
                found.append((history, compiled(keras).predict(rows[0], batch_size=10, verbose=0).shape))
        finally:
            keras.config.set_max_epochs(None)
            keras.config.set_max_steps_per_epoch(None)
    assert found[0][1] == found[1][1]
    for name, values in found[1][0].items():
        np.testing.assert_allclose(found[0][0][name], values, rtol=3e-6)


def test_a_hook_may_evaluate_within_an_epoch(keras, rows):
    """The means of the epoch go on as if it had not."""

    class Looks(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.evaluate(*rows, verbose=0)

    plain = fitted(keras, batches(rows), steps_per_epoch=4)
    assert fitted(keras, batches(rows), steps_per_epoch=4, callbacks=[Looks()]) == plain
