"""The callbacks beyond EarlyStopping do what real Keras's do: history, files, messages, when they stop or save."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest


def build(keras, optimizer="sgd", loss="mse"):
    layers = keras.layers
    model = keras.Sequential([keras.Input((6,)), layers.Dense(5, "tanh"), layers.Dense(3)])
    model.compile(optimizer, loss, metrics=["mae"])
    return model


def assert_same(ours, theirs, rtol=5e-5):
    assert list(ours.history) == list(theirs.history)
    for key in theirs.history:
        np.testing.assert_allclose(ours.history[key], theirs.history[key], rtol=rtol, atol=1e-6, err_msg=key)


SCHEDULES = {
    "of the epoch": lambda epoch: 0.1 / (epoch + 1),
    "of both": lambda epoch, lr: float(lr * 0.5),
    "with a default": lambda epoch, lr=1.0: lr * 0.9,
    "of NumPy": lambda epoch, lr: np.float32(0.02) * (epoch + 1),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_learning_rate_scheduler(twins, data, name, capsys):
    pair = twins(build)

    def callbacks(keras):
        return [keras.callbacks.LearningRateScheduler(SCHEDULES[name], verbose=1)]

    assert_same(*pair.fit(data.x, data.numbers, epochs=3, validation_split=0.2, callbacks=callbacks))
    pair.assert_same_weights()
    lines = [re.sub(r"\d\.\d+\.?$", "", line) for line in capsys.readouterr().out.splitlines() if "setting" in line]
    assert len(lines) == 6
    assert lines[:3] == lines[3:]


def test_a_schedule_must_give_a_float(twins, data):
    pair = twins(build)
    for keras, model in zip(pair.sides, pair.models, strict=True):
        wrong = keras.callbacks.LearningRateScheduler(lambda epoch: "fast")
        with pytest.raises(ValueError, match=r"`schedule` function should be a float\. Got: '?fast"):
            model.fit(data.x, data.numbers, verbose=0, callbacks=[wrong])


def test_an_error_within_a_schedule_is_not_hidden(twins, data, is_oracle):
    if is_oracle:
        pytest.skip("Keras then calls the schedule with the epoch alone, and reports that")
    pair = twins(build)
    wrong = pair.sides[0].callbacks.LearningRateScheduler(lambda epoch, rate: rate + "1")
    with pytest.raises(TypeError, match="unsupported operand"):
        pair.models[0].fit(data.x, data.numbers, verbose=0, callbacks=[wrong])


PLATEAUS = {
    "impatient": {"patience": 1, "factor": 0.5, "min_delta": 0.3},
    "cooling": {"patience": 1, "factor": 0.5, "min_delta": 0.3, "cooldown": 2},
    "bounded": {"patience": 1, "factor": 0.1, "min_delta": 0.3, "min_lr": 0.004},
    "upwards": {"patience": 2, "factor": 0.5, "mode": "max", "monitor": "loss"},
    "by a metric": {"patience": 1, "factor": 0.5, "monitor": "mae", "min_delta": 0.2},
}


@pytest.mark.parametrize("name", PLATEAUS)
def test_reduce_on_plateau(twins, data, name, capsys):
    pair = twins(build)

    def callbacks(keras):
        return [keras.callbacks.ReduceLROnPlateau(verbose=1, **PLATEAUS[name])]

    assert_same(*pair.fit(data.x, data.numbers, epochs=8, validation_split=0.2, callbacks=callbacks))
    lines = [line for line in capsys.readouterr().out.splitlines() if "reducing" in line]
    assert lines
    half = len(lines) // 2
    head = [line.partition(" to ")[0] for line in lines]
    assert head[:half] == head[half:]
    rates = [float(line.partition(" to ")[2].rstrip(".")) for line in lines]
    np.testing.assert_allclose(rates[:half], rates[half:], rtol=1e-6)


def test_plateau_without_its_metric(twins, data):
    pair = twins(build)
    for keras, model in zip(pair.sides, pair.models, strict=True):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model.fit(data.x, data.numbers, verbose=0, callbacks=[keras.callbacks.ReduceLROnPlateau()])
        (message,) = [str(w.message) for w in caught if "Learning rate reduction" in str(w.message)]
        assert "Available metrics are: loss,mae,learning_rate." in message
        with pytest.raises(ValueError, match=r"factor >= 1.0. Received factor=1.5"):
            keras.callbacks.ReduceLROnPlateau(factor=1.5)


@pytest.mark.parametrize("setting", ["plain", "validation", "separator", "append", "late validation"])
def test_csv_logger(twins, data, tmp_path, setting):
    """The same names and columns; numbers to float32 rounding."""
    pair, texts = twins(build), []
    for number, (keras, model) in enumerate(zip(pair.sides, pair.models, strict=True)):
        path = tmp_path / f"{number}.csv"
        options = {"separator": {"separator": ";"}, "append": {"append": True}}.get(setting, {})
        logger = keras.callbacks.CSVLogger(path if number else str(path), **options)
        fit = {"validation": {"validation_split": 0.3}, "late validation": {"validation_split": 0.3}}.get(setting, {})
        if setting == "late validation":
            fit["validation_freq"] = 2
        for _ in range(2 if setting == "append" else 1):
            model.fit(data.x, data.numbers, epochs=3, verbose=0, shuffle=False, callbacks=[logger], **fit)
        texts.append(path.read_bytes().decode())
    rows = [[re.split("[,;]", line) for line in text.split("\r\n")] for text in texts]
    assert rows[0][0] == rows[1][0]
    assert [len(row) for row in rows[0]] == [len(row) for row in rows[1]]
    for mine, expected in zip(rows[0][1:-1], rows[1][1:-1], strict=True):
        for a, b in zip(mine, expected, strict=True):
            assert (a == b == "NA") or float(a) == pytest.approx(float(b), rel=1e-4)


LOGS = [
    {"loss": 0.5, "by_class": [1, 2], "array": np.arange(3.0), "zero": np.array(1.5), "text": "a,b", "none": None},
    {
        "loss": 0.25,
        "val_loss": 1.0,
        "by_class": [[1], [2, 3]],
        "array": np.ones((2, 2)),
        "table": {"a": 1},
        "text": 'q"',
    },
    {},
]


@pytest.mark.parametrize("settings", [{}, {"separator": "\t"}, {"append": True}])
def test_lines_of_csv(sides, tmp_path, settings):
    """Byte by byte: lists, arrays, texts, what is missing or new in a later epoch; stopped, and called again."""
    texts = []
    for number, keras in enumerate(sides):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(b"")
        logger = keras.callbacks.CSVLogger(path, **settings)
        logger.on_train_begin()
        for epoch, logs in enumerate(LOGS):
            logger.on_epoch_end(epoch, dict(logs))
        logger.on_train_begin()  # the first fit was interrupted
        logger.on_epoch_end(0, dict(LOGS[1]))
        logger.on_train_end()
        logger.on_train_end()
        texts.append(path.read_bytes())
    assert texts[0] == texts[1]


HOOKS = [f"on_{phase}_{edge}" for phase in ("train", "test", "predict", "epoch") for edge in ("begin", "end")]
HOOKS += [f"on_{phase}_batch_{edge}" for phase in ("train", "test", "predict") for edge in ("begin", "end")]


@pytest.mark.parametrize("hooks", [HOOKS, ["on_epoch_end", "on_train_begin"], ["on_train_batch_end"]])
def test_lambda_callback(twins, data, hooks):
    pair, calls = twins(build), [[], []]

    def note(kept, hook):
        if "epoch" in hook or "batch" in hook:
            return lambda number, logs=None: kept.append((hook, number, sorted(logs or {})))
        return lambda logs=None: kept.append((hook, sorted(logs or {})))

    for kept, keras, model in zip(calls, pair.sides, pair.models, strict=True):
        made = keras.callbacks.LambdaCallback(**{hook: note(kept, hook) for hook in hooks})
        model.fit(data.x, data.numbers, epochs=2, validation_split=0.2, verbose=0, callbacks=[made])
        model.predict(data.x, verbose=0, callbacks=[made])
    assert calls[0] == calls[1]
    assert calls[0]


def test_lambda_callback_refuses(keras, is_oracle):
    if is_oracle:
        pytest.skip("Keras takes any name")
    with pytest.raises(TypeError, match=r"'on_epoch_ends' is no hook.*Did you mean 'on_epoch_end'"):
        keras.callbacks.LambdaCallback(on_epoch_ends=print)
    with pytest.raises(TypeError, match="on_epoch_end must be a function"):
        keras.callbacks.LambdaCallback(on_epoch_end=3)


class Explosion:
    """Data of which one row is so large that the loss leaves float32 at a known batch."""

    def __init__(self, data):
        self.x, self.y = data.x.copy(), data.numbers.copy()
        self.y[70] = 1e30


@pytest.mark.parametrize("each_batch", [False, True])
@pytest.mark.parametrize("validation", [0.0, 0.2])
def test_terminate_on_nan(twins, data, capsys, each_batch, validation):
    """In the batch where it happens, with the same message and history, whether or not every batch is told."""
    pair, bad = twins(build), Explosion(data)

    def callbacks(keras):
        more = [keras.callbacks.LambdaCallback(on_train_batch_end=lambda b, logs: None)] if each_batch else []
        return [keras.callbacks.TerminateOnNaN(), *more]

    histories = pair.fit(bad.x, bad.y, epochs=3, shuffle=False, validation_split=validation, callbacks=callbacks)
    assert list(histories[0].history) == list(histories[1].history)
    for history in histories:
        assert len(history.history["loss"]) == 1
        assert not np.isfinite(history.history["loss"][0])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if "Invalid loss" in line]
    assert lines[0] == lines[1] == "Batch 2: Invalid loss, terminating training"
    assert histories[0].history["mae"][0] == pytest.approx(histories[1].history["mae"][0], rel=1e-4)


def test_terminate_on_nan_may_raise(twins, data):
    pair, bad = twins(build), Explosion(data)
    for keras, model in zip(pair.sides, pair.models, strict=True):
        with pytest.raises(RuntimeError, match=r"NaN or Inf loss encountered at batch 2\. Loss value: inf"):
            model.fit(bad.x, bad.y, shuffle=False, verbose=0, callbacks=[keras.callbacks.TerminateOnNaN(True)])
