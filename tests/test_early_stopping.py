"""EarlyStopping against Keras's: when it stops, what it says, which weights it leaves."""

from __future__ import annotations

import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from pynn.callbacks import EarlyStopping


class FakeModel:
    """Weights that are the number of epochs trained."""

    def __init__(self, metrics=()):
        self.epochs = 0
        self.stop_training = False
        self.metrics = metrics

    def get_weights(self):
        return [np.array(self.epochs)]

    def set_weights(self, weights):
        self.epochs = int(weights[0])


VALUES = {
    "falls": [5.0, 4.0, 3.0, 2.0, 1.0],
    "rises": [1.0, 2.0, 3.0, 4.0, 5.0],
    "valley": [5.0, 3.0, 3.1, 2.9, 3.0, 3.2, 3.3, 1.0],
    "flat": [2.0] * 7,
    "not a number": [2.0, float("nan"), float("nan"), 1.0, float("nan")],
    "gaps": [2.0, None, 1.5, None, 1.6, 1.7],
    "starts bad": [9.0, 8.0, 1.0, 2.0, 3.0, 0.5],
}
SETTINGS = {
    "default": {},
    "patience": {"patience": 2},
    "max": {"mode": "max", "patience": 1},
    "min_delta": {"min_delta": 0.5, "patience": 1},
    "negative delta": {"min_delta": -0.15, "mode": "max"},
    "baseline": {"baseline": 3.0, "patience": 2},
    "baseline never met": {"baseline": 0.1, "patience": 3, "restore_best_weights": True},
    "restore": {"restore_best_weights": True, "patience": 1, "verbose": 1},
    "late": {"start_from_epoch": 3, "patience": 1, "verbose": 1, "restore_best_weights": True},
}


def stop(stopping, values, model):
    """Train a fake model until the callback stops it; return all that can be seen of both."""
    stopping.set_model(model)
    outcomes = []
    for _ in range(2):  # twice: one instance serves several calls of fit
        model.stop_training = False
        stopping.on_train_begin()
        for epoch, value in enumerate(values):
            model.epochs = epoch + 1
            stopping.on_epoch_end(epoch, {"loss": 1.0} if value is None else {"loss": 1.0, "val_loss": value})
            if model.stop_training:
                break
        stopping.on_train_end()
        outcomes.append((model.epochs, stopping.wait, stopping.stopped_epoch, stopping.best, stopping.best_epoch))
    return outcomes


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
def test_early_stopping_is_keras(real_keras, capsys, settings, values):
    outcomes = []
    for kind in (real_keras.callbacks.EarlyStopping, EarlyStopping):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = stop(kind(**settings), values, FakeModel())
        outcomes.append((str(result), [str(w.message) for w in caught], capsys.readouterr().out))
    assert outcomes[1] == outcomes[0]


@pytest.mark.parametrize(("direction", "values"), [("up", [1.0, 2.0, 1.5]), ("down", [2.0, 1.0, 1.5])])
@pytest.mark.parametrize("nested", [True, False])
def test_direction_comes_from_the_metric(direction, values, nested):
    metric = SimpleNamespace(name="score", _direction=direction)
    model = FakeModel([SimpleNamespace(name="loss"), SimpleNamespace(metrics=[metric]) if nested else metric])
    stopping = EarlyStopping("val_score")
    stopping.set_model(model)
    stopping.on_train_begin()
    for epoch, value in enumerate(values):
        stopping.on_epoch_end(epoch, {"val_score": value})
    assert stopping.best_epoch == 1
    assert stopping.stopped_epoch == 2


def test_unknown_direction(real_keras):
    for kind in (EarlyStopping, real_keras.callbacks.EarlyStopping):
        stopping = kind("val_score")
        stopping.set_model(FakeModel())
        stopping.on_train_begin()
        with pytest.raises(ValueError, match=r"monitor=val_score.*mode='max'.*mode='min'"):
            stopping.on_epoch_end(0, {"val_score": 1.0})


def test_missing_monitor_lists_what_there_is():
    stopping = EarlyStopping("val_acc")
    stopping.set_model(FakeModel())
    with pytest.raises(ValueError, match="Available metrics are: accuracy,val_accuracy"):
        stopping.on_epoch_end(0, {"accuracy": 1.0, "val_accuracy": 1.0})


def test_unknown_mode(real_keras):
    for kind in (EarlyStopping, real_keras.callbacks.EarlyStopping):
        with pytest.warns(UserWarning, match="EarlyStopping mode 'best' is unknown, fallback to auto mode"):
            assert kind(mode="best").mode == "auto"
