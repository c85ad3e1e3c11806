"""TensorBoard: the folders, tags, steps and values that real Keras's callback hands to TensorFlow's writers."""

from __future__ import annotations

import contextlib
import os

import numpy as np
import pytest

pytest.importorskip("tensorboardX", reason="pynn's callback writes with it")
accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")


class Summaries:
    """Plays `tensorflow.summary`, which Keras's callback needs on every backend: notes what is written."""

    def __init__(self, folder):
        self.found, self.current, self.writes = {}, [(None, None)], [True]
        self.folder = folder

    def create_file_writer(self, folder):
        return Writer(self, os.path.relpath(folder, self.folder))

    @contextlib.contextmanager
    def record_if(self, condition):
        self.writes.append(condition())
        yield
        self.writes.pop()

    def scalar(self, tag, value, step):
        self.note("scalars", tag, step, float(value))

    def histogram(self, tag, values, step):
        self.note("histograms", tag, step, np.asarray(values).size)

    def image(self, tag, pixels, step):
        self.note("images", tag, step, np.asarray(pixels).shape[1:3])

    def note(self, kind, tag, step, value):
        run = self.current[-1][0]
        if run is not None and self.writes[-1]:
            self.found.setdefault((run, kind, tag), []).append((int(step), value))


class Writer:
    def __init__(self, summaries, run):
        self.summaries, self.run = summaries, run

    @contextlib.contextmanager
    def as_default(self, step=None):
        self.summaries.current.append((self.run, step))
        yield
        self.summaries.current.pop()

    def flush(self):
        pass

    close = flush


def written_by_keras(keras, model, folder, monkeypatch, train, **settings):
    module = __import__("keras.src.callbacks.tensorboard", fromlist=["tensorboard"])
    summaries = Summaries(folder)
    monkeypatch.setattr(module, "keras_model_summary", lambda *_, step: None)
    board = keras.callbacks.TensorBoard(folder, **settings)
    board._summary_module = summaries
    train(model, board)
    return summaries.found


def written_by_pynn(keras, model, folder, train, **settings):
    train(model, keras.callbacks.TensorBoard(folder, **settings))
    found = {}
    for run in os.listdir(folder):
        events = accumulator.EventAccumulator(
            os.path.join(folder, run), dict.fromkeys(accumulator.DEFAULT_SIZE_GUIDANCE, 0)
        )
        tags = events.Reload().Tags()
        for tag in tags["scalars"]:
            found[run, "scalars", tag] = [(e.step, e.value) for e in events.Scalars(tag)]
        for tag in tags["histograms"]:
            found[run, "histograms", tag] = [(e.step, int(e.histogram_value.num)) for e in events.Histograms(tag)]
        for tag in tags["images"]:
            found[run, "images", tag] = [(e.step, (e.height, e.width)) for e in events.Images(tag)]
        for tag in tags["tensors"]:
            found[run, "tensors", tag] = [(e.step, 1) for e in events.Tensors(tag)]
    return found


def build(keras):
    layers = keras.layers
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 5, 0.5)
    model = keras.Sequential([keras.Input((6,)), layers.Dense(5, "tanh"), layers.BatchNormalization(), layers.Dense(3)])
    model.compile(keras.optimizers.SGD(rate), "mse", metrics=["mae"])
    return model


def functional(keras):
    inputs = keras.Input((6,), name="in")
    model = keras.Model(inputs, keras.layers.Dense(3, name="out")(inputs))
    model.compile("adam", "mse")
    return model


CASES = {
    "plain": (build, {}),
    "no graph": (functional, {"write_graph": False}),
    "everything": (build, {"histogram_freq": 2, "write_images": True, "update_freq": "batch"}),
    "some batches": (functional, {"histogram_freq": 1, "update_freq": 3}),
    "speed": (functional, {"update_freq": 2, "write_steps_per_second": True}),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_written(twins, data, tmp_path, monkeypatch, case, is_oracle):
    if is_oracle:
        pytest.skip("Keras's callback needs TensorFlow")
    make, settings = CASES[case]
    pair = twins(make)

    def train(model, board):
        pair.sides[0].utils.set_random_seed(3)
        pair.sides[1].utils.set_random_seed(3)
        for _ in range(2):  # the second fit goes on in the same folder
            model.fit(data.x, data.numbers, epochs=3, validation_split=0.2, verbose=0, callbacks=[board])
        model.evaluate(data.x, data.numbers, verbose=0, callbacks=[board])

    ours = written_by_pynn(pair.sides[0], pair.models[0], str(tmp_path / "ours"), train, **settings)
    folder = str(tmp_path / "theirs")
    theirs = written_by_keras(pair.sides[1], pair.models[1], folder, monkeypatch, train, **settings)
    assert ("train", "tensors", "keras") in ours or not settings.get("write_graph", True)
    ours = {key: value for key, value in ours.items() if key[1] != "tensors"}
    assert sorted(ours) == sorted(theirs)
    for key, expected in theirs.items():
        if isinstance(settings.get("update_freq"), int) and not key[2].startswith("batch_"):
            # Keras leaves out what an epoch ends with unless its last batch is one that is written, too.
            assert {step for step, _ in expected} <= {step for step, _ in ours[key]}
            assert len(ours[key]) == (7 if key[2].startswith("evaluation") else 6)
            continue
        assert sorted(step for step, _ in ours[key]) == sorted(step for step, _ in expected), key
        if "per_second" not in key[2]:
            mine = [value for _, value in sorted(ours[key])]
            np.testing.assert_allclose(mine, [v for _, v in sorted(expected)], rtol=2e-5, atol=1e-6, err_msg=str(key))


def test_attributes(sides, tmp_path):
    ours, theirs = (keras.callbacks.TensorBoard(tmp_path, update_freq="batch") for keras in sides)
    for name in ("log_dir", "histogram_freq", "write_graph", "write_images", "write_steps_per_second", "update_freq"):
        assert getattr(ours, name) == getattr(theirs, name)
