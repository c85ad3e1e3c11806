"""Callbacks are called when, and with what, real Keras calls them; EarlyStopping stops where it stops."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st


def build(keras):
    layers = keras.layers
    model = keras.Sequential([keras.Input((6,)), layers.Dense(5, "tanh"), layers.Dense(3, "softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    return model


HOOKS = [f"on_{phase}_{edge}" for phase in ("train", "test", "predict", "epoch") for edge in ("begin", "end")]
HOOKS += [f"on_{phase}_batch_{edge}" for phase in ("train", "test", "predict") for edge in ("begin", "end")]


def recorder(keras, hooks=HOOKS):
    """A callback that keeps every call of the hooks: name, epoch or batch, and a copy of the logs."""

    def hook(name):
        def called(self, *args):
            logs = args[-1]
            kept = logs if logs is None else {k: np.array(v) for k, v in logs.items()}
            self.calls.append((name, args[:-1], kept))

        if "epoch" in name or "batch" in name:
            return lambda self, number, logs=None: called(self, number, logs)
        return lambda self, logs=None: called(self, logs)

    made = type("Recorder", (keras.callbacks.Callback,), {name: hook(name) for name in hooks})()
    made.calls = []
    return made


def assert_same_calls(ours, theirs):
    assert [call[:2] for call in ours] == [call[:2] for call in theirs]
    for (name, number, logs), (_, _, expected) in zip(ours, theirs, strict=True):
        where = f"{name}{number}"
        # Keras hands None or an empty dict, by hook; a callback can tell them apart only on purpose.
        assert list(logs or ()) == list(expected or ()), where
        for key in expected or ():
            np.testing.assert_allclose(logs[key], expected[key], rtol=5e-5, atol=1e-6, err_msg=f"{where} {key}")


SETTINGS = {
    "plain": {"epochs": 2},
    "with validation": {"epochs": 2, "validation_split": 0.3},
    "from the second epoch": {"epochs": 3, "initial_epoch": 1},
    "no epoch": {"epochs": 0},
    "one batch": {"epochs": 1, "batch_size": 500},
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_hooks_of_fit(twins, data, setting):
    pair = twins(build)
    recorders = [recorder(side) for side in pair.sides]
    ready = iter(recorders)
    pair.fit(data.x, data.one_hot, callbacks=lambda keras: [next(ready)], **SETTINGS[setting])
    assert_same_calls(*(r.calls for r in recorders))
    for r, model in zip(recorders, pair.models, strict=True):
        assert r.model is model
    assert recorders[0].params == recorders[1].params


def test_hooks_of_epochs_alone(twins, data):
    """Without a batch hook many batches may run between two calls; the calls there are stay the same."""
    pair = twins(build)
    recorders = [recorder(side, [hook for hook in HOOKS if "batch" not in hook]) for side in pair.sides]
    ready = iter(recorders)
    pair.fit(data.x, data.one_hot, epochs=2, validation_split=0.3, callbacks=lambda keras: [next(ready)])
    assert_same_calls(*(r.calls for r in recorders))


def test_hooks_of_evaluate_and_predict(twins, data):
    pair = twins(build)
    recorders = [recorder(side) for side in pair.sides]
    for model, made in zip(pair.models, recorders, strict=True):
        model.evaluate(data.x, data.one_hot, batch_size=64, verbose=0, callbacks=[made])
        model.predict(data.x, batch_size=64, verbose=0, callbacks=[made])
    assert_same_calls(*(r.calls for r in recorders))


def test_one_callback_without_a_list(twins, data, is_oracle):
    """Keras takes it as well, but then calls it from another thread, in no certain order: it gets the list."""
    pair = twins(build)
    recorders = [recorder(side) for side in pair.sides]
    given = (recorders[:1] if is_oracle else recorders[0], recorders[1:])
    for model, callbacks in zip(pair.models, given, strict=True):
        model.fit(data.x, data.one_hot, verbose=0, shuffle=False, callbacks=callbacks)
    assert_same_calls(*(r.calls for r in recorders))


@pytest.mark.parametrize("hook", ["on_train_batch_end", "on_epoch_end", "on_epoch_begin"])
def test_stop_training(twins, data, hook, same_history):
    """`model.stop_training = True` ends the epoch after this batch, or the training after this epoch."""

    def stopper(keras):
        def stop(self, number, logs=None):
            self.model.stop_training = number >= 2

        return [type("Stopper", (keras.callbacks.Callback,), {hook: stop})()]

    pair = twins(build)
    same_history(*pair.fit(data.x, data.one_hot, epochs=6, shuffle=False, callbacks=stopper))
    pair.assert_same_weights()


def test_a_callback_may_add_to_the_logs(twins, data):
    """The usual trick to keep the learning rate in the history."""

    def noter(keras):
        def note(self, epoch, logs=None):
            logs["rate"] = float(self.model.optimizer.learning_rate)

        return [type("Noter", (keras.callbacks.Callback,), {"on_epoch_end": note})()]

    ours, theirs = twins(build).fit(data.x, data.one_hot, epochs=2, callbacks=noter)
    assert list(ours.history) == list(theirs.history)
    np.testing.assert_allclose(ours.history["rate"], theirs.history["rate"])


def test_a_callback_may_change_learning_rate_and_weights(twins, data, same_history):
    def changer(keras):
        def change(self, epoch, logs=None):
            self.model.optimizer.learning_rate = 0.1 / (epoch + 1)
            self.model.layers[-1].bias.assign([0.3, 0.2, 0.1])

        return [type("Changer", (keras.callbacks.Callback,), {"on_epoch_begin": change})()]

    pair = twins(build)
    same_history(*pair.fit(data.x, data.one_hot, epochs=4, callbacks=changer))
    pair.assert_same_weights()


def test_weights_are_current_at_each_batch(twins, data):
    def spy(keras):
        def look(self, batch, logs=None):
            self.seen.append(np.array(self.model.layers[0].bias))

        made = type("Spy", (keras.callbacks.Callback,), {"on_train_batch_end": look})()
        made.seen = []
        return [made]

    pair = twins(build)
    spies = [spy(side) for side in pair.sides]
    ready = iter(spies)
    pair.fit(data.x, data.one_hot, shuffle=False, callbacks=lambda keras: next(ready))
    ours, theirs = (made[0].seen for made in spies)
    assert len(ours) == len(theirs) == 7
    np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=1e-6)


STOPPING = {
    "patience": {"patience": 2},
    "restore": {"patience": 3, "restore_best_weights": True},
    "late": {"patience": 1, "start_from_epoch": 6, "restore_best_weights": True},
    "delta": {"patience": 2, "min_delta": 0.02, "restore_best_weights": True},
    "accuracy": {"monitor": "val_accuracy", "patience": 2, "mode": "max", "restore_best_weights": True},
    "baseline": {"baseline": 0.5, "patience": 3},
    "never": {"patience": 100, "restore_best_weights": True},
}


@pytest.mark.parametrize("setting", STOPPING)
def test_early_stopping(twins, data, same_history, setting):
    """A rate so high that the held-out loss goes up and down."""

    def wild(keras):
        model = build(keras)
        model.optimizer.learning_rate = 0.6
        return model

    pair = twins(wild)
    made = []

    def callbacks(keras):
        made.append(keras.callbacks.EarlyStopping(**STOPPING[setting]))
        return made[-1:]

    same_history(
        *pair.fit(data.x, data.one_hot, epochs=25, validation_split=0.4, callbacks=callbacks), rtol=2e-4, atol=1e-5
    )
    pair.assert_same_weights(rtol=2e-4, atol=1e-4)
    assert made[0].stopped_epoch == made[1].stopped_epoch
    assert made[0].best == pytest.approx(made[1].best, rel=2e-4)


class ScriptedModel:
    """What EarlyStopping asks of a model; its one weight is the number of the epoch."""

    def __init__(self):
        self.stop_training, self.epoch, self.metrics = False, -1, []

    def get_weights(self):
        return [self.epoch]

    def set_weights(self, weights):
        (self.epoch,) = weights


def play(keras, values, settings):
    """Feed an EarlyStopping one value an epoch; say where it stopped and which epoch's weights remain."""
    model, stopping = ScriptedModel(), keras.callbacks.EarlyStopping(monitor="val_loss", **settings)
    stopping.set_model(model)
    stopping.on_train_begin()
    for model.epoch, value in enumerate(values):
        stopping.on_epoch_end(model.epoch, {"val_loss": value})
        if model.stop_training:
            break
    stopping.on_train_end()
    return model.stop_training, model.epoch, stopping.stopped_epoch, stopping.best, stopping.wait


@given(
    values=st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.31, 0.5, float("nan")]), min_size=1, max_size=9),
    settings=st.fixed_dictionaries(
        {
            "patience": st.integers(0, 4),
            "min_delta": st.sampled_from([0, 0.02, -0.02]),
            "mode": st.sampled_from(["min", "max"]),
            "baseline": st.sampled_from([None, 0.3]),
            "restore_best_weights": st.booleans(),
            "start_from_epoch": st.integers(0, 3),
        }
    ),
)
def test_early_stopping_decides_as_keras(sides, values, settings):
    np.testing.assert_equal(play(sides[0], values, settings), play(sides[1], values, settings))


def test_early_stopping_without_its_metric(twins, data):
    messages = []
    pair = twins(build)
    for keras, model in zip(pair.sides, pair.models, strict=True):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model.fit(data.x, data.one_hot, verbose=0, callbacks=[keras.callbacks.EarlyStopping(monitor="val_loss")])
        messages.append([str(w.message) for w in caught if "Early stopping" in str(w.message)])
    for (message,) in messages:
        assert "val_loss" in message
        assert "not available" in message
        assert "accuracy,loss" in message
