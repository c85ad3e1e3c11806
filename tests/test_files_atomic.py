"""Whatever stops a process while it writes, the file that was there before is whole; training goes on from a backup."""

from __future__ import annotations

import contextlib
import copy
import errno
import io
import os
import pickle
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest

from pynn import keras
from pynn.models import states
from pynn.saving import atomic

pytest.importorskip("h5py", reason="about files of models")

RANDOM = np.random.default_rng(2)
X = RANDOM.random((60, 5), dtype="float32")
Y = RANDOM.random((60, 2), dtype="float32")

PROGRAM = """
import os, sys
import numpy as np
from pynn import keras
from pynn.saving import atomic

keras.utils.set_random_seed(3)
model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(300), keras.layers.Dense(300)])
folder = sys.argv[1]
while True:
    for ending in ("m.keras", "m.weights.h5"):
        model.save(f"{folder}/{ending}") if ending == "m.keras" else model.save_weights(f"{folder}/{ending}")
    model.set_weights([w + 1 for w in model.get_weights()])
    print("saved", flush=True)
"""


def dense(units=300):
    return keras.Sequential([keras.Input((5,)), keras.layers.Dense(units), keras.layers.Dense(units)])


@pytest.mark.parametrize("wait", [0.0, 0.003, 0.01, 0.02, 0.05])
def test_killed(wait, tmp_path):
    """Kill -9 at some moment of endless saving: both files are whole."""
    process = subprocess.Popen([sys.executable, "-P", "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        for _ in range(3):
            assert process.stdout.readline() == b"saved\n"
        time.sleep(wait)
    finally:
        process.kill()
        process.communicate()
    found = keras.models.load_model(tmp_path / "m.keras")
    assert len({float(np.round((w - w0).mean(), 2)) for w, w0 in zip(found.get_weights(), first(), strict=True)}) == 1
    dense().load_weights(tmp_path / "m.weights.h5")


def first():
    keras.utils.set_random_seed(3)
    return dense().get_weights()


STEPS = ["fdopen", "fsync", "chmod", "replace"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("ending", ["m.keras", "m.weights.h5", "m.h5"])
def test_stopped_at_any_step(step, ending, tmp_path, monkeypatch):
    """An error at each call to the system; the folder is clean after it."""
    path, model = tmp_path / ending, dense(4)
    save = model.save_weights if ending == "m.weights.h5" else model.save
    save(path)
    before = path.read_bytes()
    model.set_weights([w + 1 for w in model.get_weights()])

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, step, full)
        with pytest.raises(OSError, match="No space left"):
            save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [ending]
    save(path)
    assert path.read_bytes() != before


@pytest.mark.parametrize("step", STEPS)
def test_ended_at_any_step(step, tmp_path):
    """The process is gone at a call to the system: without a word, an `except` or a `finally`."""
    code = (
        "import os, sys\n"
        "from pynn import keras\n"
        "model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3)])\n"
        "setattr(os, sys.argv[1], lambda *args, **kwargs: os._exit(9))\n"
        "model.save(sys.argv[2])\n"
    )
    path = tmp_path / "m.keras"
    dense(4).save(path)
    before = path.read_bytes()
    done = subprocess.run([sys.executable, "-P", "-c", code, step, str(path)], check=False, timeout=300)
    assert done.returncode == 9
    assert path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_no_room(tmp_path):
    """A real limit on the size of files, met in the middle of a write."""
    code = (
        "import resource, sys\n"
        "from pynn import keras\n"
        "model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3)])\n"
        "path = sys.argv[1]\n"
        "model.save(path)\n"
        "before = open(path, 'rb').read()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "try:\n    model.save(path)\n"
        "except OSError as error:\n    print(error.strerror, open(path, 'rb').read() == before)\n"
    )
    command = [sys.executable, "-P", "-c", code, str(tmp_path / "m.keras")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.strip() == "File too large True"
    assert os.listdir(tmp_path) == ["m.keras"]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions and links of POSIX")
def test_permissions_and_links(tmp_path):
    path = tmp_path / "m.keras"
    dense(2).save(path)
    assert path.stat().st_mode & 0o777 == 0o666 & ~current_mask()
    path.chmod(0o600)
    (tmp_path / "link.keras").symlink_to(path)
    dense(2).save(tmp_path / "link.keras")
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "link.keras").is_symlink()


def current_mask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def noisy(seed=4):
    layers = keras.layers
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, "relu"), layers.Dropout(0.3), layers.GaussianNoise(0.1)]
    )
    model.add(layers.BatchNormalization())
    model.add(layers.Dense(2))
    model.compile("adam", "mse")
    return model


class InterruptionError(Exception):
    pass


class Stop(keras.callbacks.Callback):
    def __init__(self, epoch):
        super().__init__()
        self.last = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.last:
            raise InterruptionError


def state_of(model):
    return [v.numpy() for _, thing in states.walk(model) for v in states._variables(thing)]


def assert_same_bits(one, other):
    for a, b in zip(state_of(one), state_of(other), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("stops", [[1], [3], [1, 2, 4]])
def test_an_interrupted_training_gives_the_same_bits(stops, tmp_path):
    """Weights, optimizer, dropout and the order of the rows: as if nothing had happened."""
    whole = noisy()
    history = whole.fit(X, Y, batch_size=7, epochs=5, verbose=0).history["loss"]
    found = []
    for stop in [*stops, None]:
        model = noisy() if stop == stops[0] else noisy(seed=99)  # a new process starts with any weights
        callbacks = [keras.callbacks.BackupAndRestore(tmp_path / "backup")]
        callbacks += [Stop(stop)] if stop is not None else []
        with contextlib.suppress(InterruptionError):
            model.fit(X, Y, batch_size=7, epochs=5, verbose=0, callbacks=[*callbacks, Losses(found)])
        assert (tmp_path / "backup").exists() == (stop is not None)
    assert_same_bits(model, whole)
    assert found == history


class Losses(keras.callbacks.Callback):
    def __init__(self, found):
        super().__init__()
        self.found = found

    def on_epoch_end(self, epoch, logs=None):
        self.found.append(logs["loss"])


def test_a_damaged_backup(tmp_path):
    """The one before the last is taken, with a warning."""
    for _ in range(2):
        made = keras.callbacks.BackupAndRestore(tmp_path, double_checkpoint=True, delete_checkpoint=False)
        with contextlib.suppress(InterruptionError):
            noisy().fit(X, Y, epochs=3, verbose=0, callbacks=[made, Stop(2)])
        path = tmp_path / "latest.weights.h5"
        path.write_bytes(path.read_bytes()[:-1000])
        model, seen = noisy(), []
        made = keras.callbacks.BackupAndRestore(tmp_path, double_checkpoint=True, delete_checkpoint=False)
        note = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs, seen=seen: seen.append(epoch))
        with pytest.warns(UserWarning, match="the backup before the last"):
            model.fit(X, Y, epochs=3, verbose=0, callbacks=[made, note])
        assert seen == [1, 2]
        for file in tmp_path.iterdir():
            file.unlink()


def test_checkpoints_hold_the_best(tmp_path):
    model, paths = noisy(), [tmp_path / "best.keras", tmp_path / "{epoch}.weights.h5"]
    callbacks = [keras.callbacks.ModelCheckpoint(paths[0], monitor="val_loss", save_best_only=True)]
    callbacks += [keras.callbacks.ModelCheckpoint(paths[1], save_weights_only=True)]
    history = model.fit(X, Y, epochs=4, validation_split=0.2, verbose=0, callbacks=callbacks).history["val_loss"]
    best = keras.models.load_model(paths[0])
    np.testing.assert_allclose(best.evaluate(X[48:], Y[48:], verbose=0), min(history), rtol=1e-6)
    other = noisy(seed=8)
    other.optimizer.build(other.trainable_variables)
    other.load_weights(tmp_path / "4.weights.h5")
    assert_same_bits(model, other)


COPIES = {
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "deepcopy": copy.deepcopy,
    "file": lambda model: through_file(model),
    "joblib": lambda model: through_joblib(model, None),
    "joblib, mapped": lambda model: through_joblib(model, "r"),  # large arrays come to its workers so, too
}


def through_file(model):
    file = io.BytesIO()
    model.save(file)
    return keras.models.load_model(file)


def through_joblib(model, mapped):
    joblib = pytest.importorskip("joblib", reason="joblib is optional")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        joblib.dump(model, os.path.join(folder, "m"))
        return joblib.load(os.path.join(folder, "m"), mmap_mode=mapped)


@pytest.mark.parametrize("how", COPIES)
def test_copies_are_the_same_to_the_bit(how):
    """Predictions, state and what training makes of it; the copy stands for itself."""
    model = noisy()
    model.fit(X, Y, epochs=2, verbose=0)
    other = COPIES[how](model)
    assert_same_bits(model, other)
    np.testing.assert_array_equal(model.predict(X, verbose=0), other.predict(X, verbose=0))
    other.evaluate(X, Y, verbose=0)  # or the first fit after compile would draw an order of rows ahead, as in Keras
    before = state_of(model)
    state = np.random.get_state()
    history = other.fit(X, Y, epochs=2, verbose=0).history
    for old, new in zip(before, state_of(model), strict=True):
        np.testing.assert_array_equal(old, new)
    np.random.set_state(state)
    assert model.fit(X, Y, epochs=2, verbose=0).history == history
    assert_same_bits(model, other)


def test_shallow_copies():
    model = noisy()
    model.fit(X, Y, verbose=0)
    other = copy.copy(model)
    np.testing.assert_array_equal(model.predict(X, verbose=0), other.predict(X, verbose=0))
    assert other.layers[0] is model.layers[0]
