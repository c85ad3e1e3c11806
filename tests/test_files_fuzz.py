"""Damaged files: each is refused by one error, and the model is as it was; none gives wrong weights silently.

`PYNN_FUZZ` says how many files there are: 20,000 by default, which take one to two minutes of one core.
"""

from __future__ import annotations

import io
import json
import os
import random
import time
import zipfile

import numpy as np
import pytest

pytest.importorskip("h5py", reason="about files of models")

from pynn import keras
from pynn.models import older_files, states, weight_files
from pynn.saving import RefusedFileError, hdf5

COUNT = int(os.environ.get("PYNN_FUZZ", "20000"))
X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
HANGS = 60  # seconds of this process: a file takes a millisecond, a damaged length that is believed for ever


def made():
    layers = keras.layers
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, "tanh"), layers.Dropout(0.2), layers.Dense(2)])
    model.compile("adam", "mse")
    model.fit(X, X[:, :2], verbose=0)
    return model


@pytest.fixture(scope="module")
def model():
    return made()


def as_keras_writes(model):
    """The archive without what pynn adds: nothing but the zip's CRC guards it."""
    out = io.BytesIO()
    model.save(out)
    with zipfile.ZipFile(out) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()[:2]}
    return entries | {"model.weights.h5": hdf5.written(states.collect(model), mark=False)}


def zipped(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def damaged(data, rng):
    """A copy with flipped bits, other bytes, a hole, a part moved, repeated or missing, or no end."""
    data, size = bytearray(data), len(data)
    kind = rng.choice(["bits", "bits", "bytes", "bytes", "end", "hole", "move", "twice", "gone"])
    at, length = rng.randrange(size), rng.choice([1, 2, 4, 8, 64, 512])
    part = data[at : at + length]
    if kind in ("bits", "bytes"):
        for _ in range(rng.choice([1, 1, 1, 2, 8, 40])):
            place = rng.randrange(size) if rng.random() < 0.6 else size - 1 - rng.randrange(min(size, 3000))
            data[place] = data[place] ^ 1 << rng.randrange(8) if kind == "bits" else rng.randrange(256)
    elif kind == "end":
        del data[rng.randrange(size) :]
    elif kind == "hole":
        data[at : at + length] = bytes(len(part))
    elif kind == "move":
        place = rng.randrange(size)
        data[place : place + len(part)] = part
    elif kind == "twice":
        data[at:at] = part
    else:
        del data[at : at + length]
    return bytes(data)


def state_of(model):
    return [v.numpy() for _, thing in states.walk(model) for v in states._variables(thing)]


def same(one, other):
    return len(one) == len(other) and all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))


def refused_or(function, *errors):
    """Run; whether it was refused.  Anything but the one error is a failure, and so is one that hangs."""
    start = time.process_time()
    try:
        function()
    except (RefusedFileError, *errors):
        return True
    finally:
        assert time.process_time() - start < HANGS
    return False


def load(data):
    found = []
    refused = refused_or(lambda: found.append(keras.models.load_model(io.BytesIO(data))))
    return None if refused else found[0]


def test_whole_models(model):
    """What pynn wrote: refused, or harmless (a bit of the zip that nothing reads) and then the same to the bit."""
    out, rng, right, whole = io.BytesIO(), random.Random(1), state_of(model), 0
    model.save(out)
    for _ in range(COUNT // 2):
        data = damaged(out.getvalue(), rng)
        found = load(data)
        if found is not None:
            assert same(state_of(found), right)
            whole += data != out.getvalue()
    assert whole < COUNT / 10


def test_weights(model):
    rng, data, right = random.Random(2), weight_files.weights_bytes(model), state_of(model)
    other = made()
    other.set_weights([w + 1 for w in other.get_weights()])
    before = state_of(other)
    for _ in range(COUNT // 5):
        wrong = damaged(data, rng)
        if refused_or(lambda wrong=wrong: weight_files.take_weights(other, wrong, zipped=False)):
            assert same(state_of(other), before)
        else:
            assert wrong == data
            assert same(state_of(other), right)
            before = right


@pytest.mark.filterwarnings("ignore")
def test_archives_of_others(model):
    """Keras's archives with a damaged entry and the right CRC: by intent, then; any error of a door will do."""
    rng, entries = random.Random(3), as_keras_writes(model)
    assert same(state_of(load(zipped(entries))), state_of(model))
    for number in range(COUNT // 10):
        name = "config.json" if number % 2 else "model.weights.h5"
        wrong = entries | {name: damaged(entries[name], rng)}
        data = zipped(wrong)
        refused_or(lambda data=data: keras.models.load_model(io.BytesIO(data)), ValueError, TypeError)


def replaced(value, rng):
    """A configuration in which some settings have another value."""
    if isinstance(value, dict):
        found = {key: replaced(part, rng) for key, part in value.items()}
        if found and rng.random() < 0.02:
            found.pop(rng.choice(list(found)))
        return found
    if isinstance(value, list):
        return [replaced(part, rng) for part in value]
    others = [None, -1, 0, 10**9, 10**30, 1e308, float("nan"), "", "x" * 1000, [], {}, [[]], True, "keras", "../x"]
    return rng.choice(others) if rng.random() < 0.03 else value


@pytest.mark.filterwarnings("ignore")
def test_other_configurations(model):
    """Sizes no file backs, missing settings, wrong types: no memory is taken for them, and nothing hangs."""
    rng, entries = random.Random(4), as_keras_writes(model)
    config = json.loads(entries["config.json"])
    for _ in range(COUNT // 10):
        data = zipped(entries | {"config.json": json.dumps(replaced(config, rng))})
        refused_or(lambda data=data: keras.models.load_model(io.BytesIO(data)), ValueError, TypeError)


@pytest.mark.filterwarnings("ignore")
def test_hdf5_of_others(model):
    """Without digests nothing tells a flipped bit of a weight; but nothing crashes, hangs or half loads."""
    rng, other = random.Random(5), made()
    before = state_of(other)
    files = as_keras_writes(model)["model.weights.h5"], older_files.weights_written(model)
    for number in range(COUNT // 10):
        wrong = damaged(files[number % 2], rng)
        if refused_or(lambda wrong=wrong: weight_files.take_weights(other, wrong, zipped=False), ValueError):
            assert same(state_of(other), before)
        before = state_of(other)


@pytest.mark.filterwarnings("ignore")
def test_older_files(model):
    """Whole models of Keras 2, with names and configurations in attributes."""
    rng, data = random.Random(6), older_files.written(model, include_optimizer=True)
    for _ in range(COUNT // 20):
        wrong = damaged(data, rng)
        refused_or(lambda w=wrong: older_files.load_model("m.h5", w, None, True, True), ValueError, TypeError)
