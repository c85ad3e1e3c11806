"""Callbacks against Keras's: hooks, their order and arguments, History."""

from __future__ import annotations

import inspect
from types import SimpleNamespace

import numpy as np
import pytest

from pynn.callbacks import Callback, CallbackList, EarlyStopping, History, ProgbarLogger

HOOKS = [name for name in dir(Callback) if name.startswith("on_")]
BATCH_HOOKS = [name for name in HOOKS if "batch" in name]


def test_hooks_are_keras(real_keras):
    theirs = real_keras.callbacks.Callback
    assert [name for name in dir(theirs) if name.startswith("on_")] == HOOKS
    for name in [*HOOKS, "set_params", "set_model", "__init__"]:
        assert list(inspect.signature(getattr(Callback, name)).parameters) == list(
            inspect.signature(getattr(theirs, name)).parameters
        )


@pytest.mark.parametrize("name", ["EarlyStopping", "History", "CallbackList", "ProgbarLogger"])
def test_signatures_are_keras(real_keras, name):
    mine = {"EarlyStopping": EarlyStopping, "History": History, "CallbackList": CallbackList}.get(name, ProgbarLogger)
    ours, theirs = inspect.signature(mine), inspect.signature(getattr(real_keras.callbacks, name))
    assert [(p.name, p.default, p.kind) for p in ours.parameters.values()] == [
        (p.name, p.default, p.kind) for p in theirs.parameters.values()
    ]


def recorder(base, name, calls):
    """A callback of either library that notes each hook with its arguments."""

    def note(hook):
        def method(self, *args, logs=None):
            calls.append((name, hook, args, logs))

        return method

    return type(name, (base,), {hook: note(hook) for hook in HOOKS})()


def training(callbacks):
    """What `fit` with validation, then `predict`, does to a list of callbacks."""
    callbacks.on_train_begin()
    for epoch in range(2):
        callbacks.on_epoch_begin(epoch)
        for batch in range(2):
            callbacks.on_train_batch_begin(batch)
            callbacks.on_train_batch_end(batch, {"loss": np.float32(0.5), "accuracy": 1})
        callbacks.on_test_begin()
        callbacks.on_test_batch_begin(0)
        callbacks.on_test_batch_end(0, {"loss": 1.5})
        callbacks.on_test_end({"loss": 1.5})
        callbacks.on_epoch_end(epoch, {"val_loss": np.array(1.5), "loss": 0.25, "accuracy": 1.0, "more": {"x": 1}})
    callbacks.on_train_end({"loss": 0.25})
    callbacks.on_predict_begin()
    callbacks.on_predict_batch_begin(0)
    callbacks.on_predict_batch_end(0)
    callbacks.on_predict_end()


def test_calls_are_keras(real_keras):
    seen = []
    for library, base in ((real_keras.callbacks.CallbackList, real_keras.callbacks.Callback), (CallbackList, Callback)):
        calls = []
        training(library([recorder(base, "first", calls), recorder(base, "second", calls)]))
        seen.append(calls)
    assert seen[1] == seen[0]
    assert len(seen[1]) == 2 * 26
    for (_, _, _, mine), (_, _, _, yours) in zip(seen[1], seen[0], strict=True):
        assert list(mine or {}) == list(yours or {})  # the order of keys, too
        assert {type(v) for v in (mine or {}).values()} <= {float}


def test_older_names_are_called():
    calls = []

    class Old(Callback):
        def on_batch_begin(self, batch, logs=None):
            calls.append(("begin", batch))

        def on_batch_end(self, batch, logs=None):
            calls.append(("end", batch, logs))

    callbacks = CallbackList([Old()])
    callbacks.on_train_batch_begin(3)
    callbacks.on_train_batch_end(3, {"loss": 1.0})
    assert calls == [("begin", 3), ("end", 3, {"loss": 1.0})]
    assert callbacks.wants_batches


def test_callbacks_share_the_logs_of_a_call():
    class Add(Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["extra"] = 7.0

    callbacks = CallbackList([Add()], add_history=True, model=SimpleNamespace())
    given = {"loss": 1.0}
    callbacks.on_train_begin()
    callbacks.on_epoch_end(0, given)
    assert callbacks.model.history.history == {"loss": [1.0], "extra": [7.0]}
    assert given == {"loss": 1.0}


def test_predictions_pass_untouched():
    outputs = np.ones((1, 1))
    got = []

    class Keep(Callback):
        def on_predict_batch_end(self, batch, logs=None):
            got.append(logs["outputs"])

    CallbackList([Keep()]).on_predict_batch_end(0, {"outputs": outputs})
    assert got[0] is outputs


def test_model_and_params_reach_all():
    model, one, two = SimpleNamespace(), Callback(), Callback()
    callbacks = CallbackList([one, [two]], add_history=True, model=model, verbose=1, epochs=3, steps=None)
    assert one.model is two.model is callbacks.model is model
    assert one.params == two.params == {"verbose": 1, "epochs": 3, "steps": None}
    assert model.history.params == one.params


def test_subclass_without_init():
    class Bare(Callback):
        def __init__(self):
            pass

    assert Bare().model is None
    assert Bare().params is None
    CallbackList(Bare(), model=SimpleNamespace(), verbose=0, epochs=1, steps=1).on_train_begin()


@pytest.mark.parametrize("hook", HOOKS)
def test_who_wants_batches(hook):
    callbacks = CallbackList(
        [type("One", (Callback,), {hook: lambda self, *a, logs=None: None})()], add_history=True, add_progbar=True
    )
    assert callbacks.wants_batches == (hook in BATCH_HOOKS and "test" not in hook and "predict" not in hook)
    assert callbacks.wants_test_batches == (hook in BATCH_HOOKS and "test" in hook)
    assert callbacks.wants_predict_batches == (hook in BATCH_HOOKS and "predict" in hook)


def test_attributes_of_an_instance_count():
    one = Callback()
    one.on_train_batch_end = lambda batch, logs=None: None
    assert CallbackList([one]).wants_batches


def test_own_progress_bar_counts():
    class Louder(ProgbarLogger):
        def on_train_batch_end(self, batch, logs=None):
            super().on_train_batch_end(batch, logs)

    assert CallbackList([Louder()]).wants_batches
    assert not CallbackList([ProgbarLogger(), History(), EarlyStopping()]).wants_batches


def test_defaults_are_not_added_twice():
    history, bar = History(), ProgbarLogger()
    callbacks = CallbackList([bar, history], add_history=True, add_progbar=True)
    assert callbacks.callbacks == [bar, history]
    kinds = [type(callback) for callback in CallbackList(None, add_history=True, add_progbar=True).callbacks]
    assert kinds == [History, ProgbarLogger]


def test_slices_reach_the_bar_only(capsys):
    calls = []
    callbacks = CallbackList([recorder(Callback, "one", calls)], add_progbar=True, verbose=1, epochs=1, steps=10)
    callbacks.on_epoch_begin(0)
    calls.clear()
    callbacks.on_slice(4, {"loss": np.float32(1)})
    assert calls == []
    assert callbacks._progbar.seen == 5
    CallbackList([]).on_slice(0)


@pytest.mark.parametrize(
    ("bad", "text"), [(EarlyStopping, r"EarlyStopping is a class; pass.*EarlyStopping\(\)"), ("x", "'x'")]
)
def test_only_callbacks_are_taken(bad, text):
    with pytest.raises(TypeError, match=text):
        CallbackList([bad])
    with pytest.raises(TypeError, match=text):
        CallbackList().append(bad)


def test_keras_callbacks_are_taken(real_keras):
    stopping = real_keras.callbacks.EarlyStopping("loss")
    model = SimpleNamespace(stop_training=False)
    callbacks = CallbackList([stopping], model=model)
    assert callbacks.wants_batches  # nothing is known about it
    callbacks.on_train_begin()
    for epoch in range(3):
        callbacks.on_epoch_end(epoch, {"loss": 1.0})
    assert model.stop_training


def test_history_is_keras(real_keras):
    records = []
    for library in (real_keras.callbacks, SimpleNamespace(CallbackList=CallbackList)):
        model = SimpleNamespace()
        training(library.CallbackList(add_history=True, model=model, verbose=0, epochs=2, steps=2))
        records.append(model.history)
    theirs, ours = records
    assert (ours.epoch, ours.history, ours.params) == (theirs.epoch, theirs.history, theirs.params)
    assert list(ours.history) == list(theirs.history) == ["accuracy", "loss", "x", "val_loss"]
