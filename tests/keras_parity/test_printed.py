"""What fit, evaluate and predict print, as it stands when a line is complete: real Keras's but for the times."""

from __future__ import annotations

import re

import numpy as np
import pytest

ESCAPES = re.compile(r"\x1b\[\d*m|\x08")
TIMES = re.compile(r"\b\d+:?\d*(us|ms|s)\b")
NUMBERS = re.compile(r"(?<=: )-?\d[\d.e+-]*")


def lines(text):
    """Complete lines, each as it was left after the last carriage return; no colour, no times."""
    last = (line.rpartition("\r")[2] for line in text.split("\n"))
    return [TIMES.sub("T", ESCAPES.sub("", line)).rstrip() for line in last]


def assert_same_print(ours, theirs):
    """The same words; the numbers within one unit of the last of their four digits."""
    ours, theirs = lines(ours), lines(theirs)
    assert [NUMBERS.sub("N", line) for line in ours] == [NUMBERS.sub("N", line) for line in theirs]
    for one, other in zip(ours, theirs, strict=True):
        numbers = [[float(n) for n in NUMBERS.findall(line)] for line in (one, other)]
        np.testing.assert_allclose(*numbers, rtol=2e-4, atol=2e-4, err_msg=one)


def network(metrics):
    def build(keras):
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(5, "tanh"), keras.layers.Dense(3, "softmax")])
        model.compile("sgd", "categorical_crossentropy", metrics=metrics)
        return model

    return build


@pytest.mark.parametrize("verbose", [0, 1, 2, "auto"])
@pytest.mark.parametrize("setting", ["plain", "validation"])
def test_fit(twins, data, capsys, verbose, setting):
    pair = twins(network(["accuracy"]))
    more = {"validation_split": 0.2} if setting == "validation" else {}
    printed = []
    for keras, model in zip(pair.sides, pair.models, strict=True):
        keras.utils.set_random_seed(0)
        model.fit(data.x, data.one_hot, epochs=3, verbose=verbose, **more)
        printed.append(capsys.readouterr().out)
    assert_same_print(*printed)


@pytest.mark.parametrize("verbose", [0, 1, 2, "auto"])
@pytest.mark.parametrize("metrics", [[], ["accuracy", "mae"]], ids=["loss", "metrics"])
def test_evaluate_and_predict(twins, data, capsys, verbose, metrics):
    pair = twins(network(metrics))
    printed = []
    for model in pair.models:
        model.evaluate(data.x, data.one_hot, verbose=verbose)
        model.predict(data.x, verbose=verbose)
        printed.append(capsys.readouterr().out)
    assert_same_print(*printed)


def test_very_small_numbers(twins, data, capsys):
    """Below 1e-3 Keras changes to powers of ten."""
    pair = twins(network(["mse"]))
    printed = []
    for model in pair.models:
        model.set_weights([0 * w for w in model.get_weights()[:3]] + [np.array([9.0, 0, 0])])
        model.evaluate(data.x, data.one_hot * 0 + np.array([1.0, 0, 0], "float32"), verbose=1)
        printed.append(capsys.readouterr().out)
    assert "e-0" in printed[1]
    assert_same_print(*printed)


def test_where_early_stopping_speaks(twins, data, capsys):
    pair = twins(network([]))
    printed = []
    for keras, model in zip(pair.sides, pair.models, strict=True):
        keras.utils.set_random_seed(0)
        stop = keras.callbacks.EarlyStopping("loss", min_delta=5, patience=1, verbose=1, restore_best_weights=True)
        model.fit(data.x, data.one_hot, epochs=5, verbose=2, callbacks=[stop])
        printed.append(capsys.readouterr().out)
    assert "early stopping" in printed[1]
    assert_same_print(*printed)
