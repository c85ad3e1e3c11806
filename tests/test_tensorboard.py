"""TensorBoard: files that a real TensorBoard reads, with no TensorFlow, and no Python between batches unasked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import urllib.request
import warnings
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorboardX", reason="the callback writes with it")
accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

from pynn import keras  # noqa: E402
from pynn.callbacks import CallbackList, TensorBoard  # noqa: E402

PAGE = Path(__file__).resolve().parent.parent / "docs" / "tensorboard.md"
X, Y = np.random.default_rng(0).normal(size=(64, 4)).astype("float32"), np.arange(64) % 3


def classifier():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def read(folder):
    return accumulator.EventAccumulator(
        str(folder), {"tensors": 0, "scalars": 0, "histograms": 0, "images": 0}
    ).Reload()


def tensors_of(events, tag):
    return [value for event in events.Tensors(tag) for value in event.tensor_proto.string_val]


def test_the_idiom_of_the_book(tmp_path):
    """A folder a run, beside the callbacks that courses have; two fits, two runs."""
    model = classifier()
    for run in ("run_2026_11_22-10_00_00", "run_2026_11_22-10_05_00"):
        boards = [
            keras.callbacks.ModelCheckpoint(tmp_path / "best.keras", save_best_only=True),
            keras.callbacks.EarlyStopping(patience=5),
            keras.callbacks.TensorBoard(tmp_path / "my_logs" / run),
        ]
        model.fit(X, Y, epochs=3, validation_split=0.25, verbose=0, callbacks=boards)
    runs = sorted(os.listdir(tmp_path / "my_logs"))
    assert runs == ["run_2026_11_22-10_00_00", "run_2026_11_22-10_05_00"]
    for run in runs:
        for part in ("train", "validation"):
            events = read(tmp_path / "my_logs" / run / part)
            assert len(events.Scalars("epoch_accuracy")) == 3
        assert [e.step for e in events.Scalars("evaluation_loss_vs_iterations")][-1] in (6, 12)


def test_epochs_leave_the_core_alone():
    assert not CallbackList([TensorBoard("logs", histogram_freq=1)]).wants_batches
    assert CallbackList([TensorBoard("logs", update_freq="batch")]).wants_batches
    some = CallbackList([TensorBoard("logs", update_freq=10)])
    assert not some.wants_batches
    assert [some.end_of_slice(0)(done) for done in (0, 9, 10, 13)] == [10, 10, 20, 20]
    assert CallbackList([TensorBoard("logs")]).end_of_slice(0) is None


@pytest.mark.parametrize("among_others", [False, True])
def test_some_batches(tmp_path, among_others):
    """Each seventh batch of the whole fit, whether slices end there or another callback wants every batch."""
    model, seen = classifier(), []
    others = [keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(logs["loss"]))]
    board = TensorBoard(tmp_path, update_freq=7)
    fit = {"epochs": 3, "validation_split": 0.25, "verbose": 0, "batch_size": 5}  # 10 batches an epoch, the last short
    model.fit(X, Y, callbacks=[board, *others[: int(among_others)]], **fit)
    written = read(tmp_path / "train").Scalars("batch_loss")
    assert [e.step for e in written] == [7, 14, 21, 28]
    if among_others:
        np.testing.assert_allclose([e.value for e in written], seen[6::7], rtol=1e-6)
    model.fit(list_of_batches(), steps_per_epoch=8, callbacks=[board], epochs=1, verbose=0)
    assert [e.step for e in read(tmp_path / "train").Scalars("batch_loss")] == [7, 14, 21, 28, 7]


def list_of_batches():
    """Data that come one by one."""
    return ((X[i : i + 5], Y[i : i + 5]) for i in range(0, 40, 5))


def branching():
    inputs = keras.Input((4,), name="in")
    left, right = keras.layers.Dense(3, name="left")(inputs), keras.layers.Dense(3, name="right")(inputs)
    return keras.Model(inputs, keras.layers.Add(name="sum")([left, right]), name="two_ways")


@pytest.mark.parametrize("make", [classifier, branching])
def test_graph_is_one_that_tensorboard_draws(tmp_path, make):
    from tensorboard.plugins.graph import keras_util

    model = make()
    model.compile("sgd", "mse")
    board = TensorBoard(tmp_path)
    board.set_model(model)
    board.on_train_end()
    (text,) = tensors_of(read(tmp_path / "train"), "keras")
    nodes = {node.name: list(node.input) for node in keras_util.keras_model_to_graph_def(json.loads(text)).node}
    if make is branching:
        assert nodes["two_ways/sum"] == ["two_ways/left", "two_ways/right"]
    assert len(nodes) == len(json.loads(text)["config"]["layers"])


def test_graph_that_the_tab_opens_with(tmp_path):
    """A graph of layers, nested models in their own folders, with shapes at the arrows."""
    inputs = keras.Input((4,), name="in")
    inner = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(2, name="narrow"), keras.layers.Dense(4)], name="inner"
    )
    shared = keras.layers.Dense(4, name="shared")
    model = keras.Model(inputs, keras.layers.Add(name="sum")([inner(inputs), shared(shared(inputs))]))
    model.compile("sgd", "mse")
    model.fit(X, X, verbose=0, callbacks=[TensorBoard(tmp_path / "run")])
    graph = {node.name: node for node in read(tmp_path / "run" / "train").Graph().node}
    assert {name: list(node.input) for name, node in graph.items()} == {
        "in": [],
        "inner/narrow": ["in"],
        f"inner/{inner.layers[1].name}": ["inner/narrow"],
        "shared": ["in"],
        "sum": [f"inner/{inner.layers[1].name}", "shared"],
    }
    narrow = graph["inner/narrow"]
    assert (narrow.op, narrow.attr["parameters"].i) == ("Dense", 10)
    assert [size.size for size in narrow.attr["_output_shapes"].list.shape[0].dim] == [-1, 2]
    part = keras.Model(model.get_layer("sum").input, model.output)
    part.compile("sgd", "mse")
    board = TensorBoard(tmp_path / "part")
    board.set_model(part)
    board.on_train_end()
    nodes = read(tmp_path / "part" / "train").Graph().node
    assert [node.op for node in nodes] == ["InputLayer", "InputLayer", "Add"]
    assert len({node.name for node in nodes}) == 3


def test_models_without_a_graph(tmp_path):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.out = keras.layers.Dense(3)

        def call(self, x):
            return self.out(x)

    model = Own()
    model.compile("sgd", "mse")
    model.fit(X, np.eye(3)[Y], verbose=0, callbacks=[TensorBoard(tmp_path, histogram_freq=1)])
    tags = read(tmp_path / "train").Tags()
    assert tags["tensors"] == []
    assert len(tags["histograms"]) == 2
    with pytest.warns(UserWarning, match="Model failed to serialize as JSON"):
        TensorBoard(tmp_path).set_model(keras.Sequential([type("Mine", (keras.layers.Layer,), {"get_config": 3})()]))


def test_training_that_diverges_goes_on(tmp_path):
    model = classifier()
    model.set_weights([np.full_like(w, np.nan) for w in model.get_weights()])
    model.fit(X, Y, verbose=0, callbacks=[TensorBoard(tmp_path, histogram_freq=1, write_images=True)])
    assert np.isnan(read(tmp_path / "train").Scalars("epoch_loss")[0].value)


def test_metrics_by_class(tmp_path):
    model = classifier()
    model.compile("adam", "categorical_crossentropy", metrics=[keras.metrics.F1Score(average=None)])
    model.fit(X, np.eye(3)[Y], verbose=0, callbacks=[TensorBoard(tmp_path)])
    tags = read(tmp_path / "train").Tags()["scalars"]
    assert {"epoch_f1_score_0", "epoch_f1_score_1", "epoch_f1_score_2"} <= set(tags)


def test_interrupted(tmp_path):
    """What was written before Ctrl-C is there, and a later fit goes on."""

    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

    model, board = classifier(), TensorBoard(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=5, verbose=0, callbacks=[board, Interrupt()])
    model.fit(X, Y, epochs=1, verbose=0, callbacks=[board])
    assert [e.step for e in read(tmp_path / "train").Scalars("epoch_loss")] == [0, 1, 0]


def test_embeddings(tmp_path):
    model = keras.Sequential(
        [keras.layers.Embedding(6, 2, name="wo:rds"), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    x = np.arange(12).reshape(4, 3) % 6
    board = TensorBoard(tmp_path, embeddings_freq=2, embeddings_metadata={"wo:rds": "words.tsv"})
    model.fit(x, np.ones(4), epochs=3, verbose=0, callbacks=[board])
    config = (tmp_path / "projector_config.pbtxt").read_text()
    path = re.search(r'tensor_path: "(.*)"', config).group(1)
    assert path == "train/wo_rds_embedding-2.tsv"
    np.testing.assert_allclose(np.loadtxt(tmp_path / path), model.get_weights()[0], rtol=1e-6)
    assert 'metadata_path: "words.tsv"' in config
    from google.protobuf import text_format
    from tensorboard.plugins.projector import ProjectorConfig

    assert len(text_format.Parse(config, ProjectorConfig()).embeddings) == 1
    with pytest.raises(ValueError, match=r"Unrecognized `Embedding` layer names.*\['no'\].*wo:rds"):
        TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata={"no": "x"}).set_model(model)


def test_the_door(tmp_path, monkeypatch):
    for wrong, message in (
        ({"histogram_freq": -1}, "histogram_freq must be an integer >= 0"),
        ({"embeddings_freq": 0.5}, "embeddings_freq must be an integer >= 0"),
        ({"update_freq": "epochs"}, "update_freq must be 'epoch', 'batch' or an integer >= 1, got 'epochs'"),
        ({"update_freq": 0}, "update_freq must be"),
    ):
        with pytest.raises(ValueError, match=message):
            TensorBoard(tmp_path, **wrong)
    for wrong in (-1, (3, 2), 1.5, "1,2,3"):
        with pytest.raises(ValueError, match="profile_batch must be a non-negative integer or 2-tuple of positive"):
            TensorBoard(tmp_path, profile_batch=wrong)
    with pytest.raises(TypeError):
        TensorBoard(None)
    for pair in (3, (100, 200), "2,5"):
        with pytest.warns(UserWarning, match=r"profile_batch.*model\.profile"):
            TensorBoard(tmp_path, profile_batch=pair)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        TensorBoard(tmp_path, write_grads=True, batch_size=32)
    assert {w.category for w in caught} <= {FutureWarning}
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r"pip install \"pynn-kernels\[tensorboard\]\""):
        TensorBoard(tmp_path)


def test_a_real_server_reads_it(tmp_path):
    """`tensorboard --logdir`, asked for its tags; killed whatever happens."""
    classifier().fit(X, Y, epochs=2, validation_split=0.25, verbose=0, callbacks=[TensorBoard(tmp_path, 1)])
    command = [sys.executable, "-P", "-W", "ignore", "-m", "tensorboard.main", "--logdir", str(tmp_path)]
    command += ["--port", "0", "--host", "127.0.0.1", "--load_fast=false", "--reload_interval", "1"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    killer = threading.Timer(60, server.kill)
    killer.start()
    try:
        address = next((m.group() for m in (re.search(r"http://[\w.:]+", line) for line in server.stderr) if m), None)
        assert address, "the server did not start"
        found = {}
        while server.poll() is None and not {"train", "validation"} <= found.keys():
            found = json.load(urllib.request.urlopen(f"{address}/data/plugin/scalars/tags", timeout=10))
        assert {"epoch_loss", "epoch_accuracy", "epoch_learning_rate"} <= found["train"].keys()
        assert {"epoch_loss", "evaluation_accuracy_vs_iterations"} <= found["validation"].keys()
        for plugin, key in (("histograms/tags", "sequential/dense/kernel/histogram"), ("graphs/info", "keras")):
            text = urllib.request.urlopen(f"{address}/data/plugin/{plugin}", timeout=10).read().decode()
            assert key in text
        graph = urllib.request.urlopen(f"{address}/data/plugin/graphs/graph?run=train&tag=keras&conceptual=true")
        assert b"dense_1" in graph.read()
    finally:
        killer.cancel()
        server.kill()
        server.wait()
        server.stderr.close()


@pytest.mark.skipif(not PAGE.exists(), reason="the page is only in the source tree")
def test_the_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    namespace = {"__name__": "page"}
    for block in blocks:
        exec(block, namespace)
    runs = sorted(os.listdir(tmp_path / "my_logs"))
    assert len(blocks) == 2
    assert runs[0] == "by_hand"
    assert read(tmp_path / "my_logs" / runs[1] / "train").Scalars("epoch_mae")
    assert read(tmp_path / "my_logs" / "by_hand").Scalars("sine")
