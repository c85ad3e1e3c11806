"""Memory-mapped arrays are not read whole by fit, evaluate and predict, whatever their type and layout."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from pynn import data, keras
from pynn.models import mapped

ROWS, WIDTH, BATCH = 5000, 64, 32
BYTES = 1 << 19  # of a portion in these tests: 1024 rows


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(mapped, "PORTION", BYTES)


def values(dtype):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3, (ROWS, WIDTH)) if np.dtype(dtype).kind in "iu" else rng.normal(size=(ROWS, WIDTH))
    return x.astype(dtype), rng.normal(size=(ROWS, 1)).astype("float32")


def in_file(folder, x):
    """The array behind a file, mapped."""
    np.save(folder / "x.npy", x)
    return np.load(folder / "x.npy", mmap_mode="r")


def model():
    keras.utils.set_random_seed(5)
    made = keras.Sequential([keras.Input((WIDTH,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(1)])
    made.compile(keras.optimizers.SGD(0.01), "mse", metrics=["mae"])
    return made


FORMS = {
    "int64": ("int64", lambda x: x),
    "float16": ("float16", lambda x: x),
    "big-endian": (">f4", lambda x: x),
    "columns first": ("float32", np.asfortranarray),
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("form", FORMS)
def test_same_as_in_memory(tmp_path, form, shuffle):
    dtype, lay_out = FORMS[form]
    x, y = values(dtype)
    found = []
    for given in (x, in_file(tmp_path, lay_out(x))):
        made = model()
        history = made.fit(
            given, y, batch_size=BATCH, epochs=2, shuffle=shuffle, validation_split=0.5, sample_weight=y[:, 0] ** 2,
            verbose=0,
        )  # fmt: skip
        found.append(
            (history.history, made.evaluate(given, y, batch_size=BATCH, verbose=0), made.predict(given, verbose=0))
        )
    (one, tested, predicted), (other, tested_too, predicted_too) = found
    assert list(one) == list(other)
    for name, numbers in one.items():
        np.testing.assert_allclose(other[name], numbers, rtol=1e-6)
    np.testing.assert_allclose(tested_too, tested, rtol=1e-6)
    np.testing.assert_array_equal(predicted_too, predicted)


@pytest.mark.usefixtures("small")
def test_not_in_memory(tmp_path):
    """A file of 256 MB that is empty: NumPy's memory stays below a small part of that."""
    shape = (2**25 // WIDTH, WIDTH)
    x = np.memmap(tmp_path / "x.bin", np.int64, "w+", shape=shape)  # sparse
    y, made = np.zeros((len(x), 1), np.float32), model()
    tracemalloc.start()
    made.fit(x, y, batch_size=2**14, epochs=1, verbose=0)
    made.evaluate(x[::2], y[::2], batch_size=2**14, verbose=0)
    made.predict(x, batch_size=2**14, verbose=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < x.nbytes / 5, peak


def test_read_in_place(tmp_path):
    """Bytes and floats of this machine in rows are not converted, nor looked at whole."""
    x = np.memmap(tmp_path / "x.bin", np.float32, "w+", shape=(2**20, WIDTH))
    assert not mapped.needs_portions(x)
    assert data.in_form(np.asarray(x), np.dtype("float32"), "x").ctypes.data == x.ctypes.data
    assert mapped.needs_portions(x[:, ::2])
    assert mapped.needs_portions({"a": x[:2], "b": x[:, :3]})
    assert data.is_mapped(np.asarray(x)[3:])
    assert not data.is_mapped(np.zeros(3))


@pytest.mark.usefixtures("small")
def test_callbacks_count_on(tmp_path):
    """Batches are numbered through the epoch, and it ends where a callback says so."""
    x, y = values("int64")
    x, seen = in_file(tmp_path, x), []

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(batch)
            self.model.stop_training = batch == 70

    model().fit(x, y, batch_size=BATCH, epochs=3, verbose=0, callbacks=[Watch()])
    assert seen == list(range(71))


@pytest.mark.usefixtures("small")
def test_bars_count_on(tmp_path, capsys):
    x, y = values("int64")
    x, made = in_file(tmp_path, x), model()
    made.fit(x, y, batch_size=BATCH, epochs=1)
    made.predict(x, batch_size=BATCH)
    out = capsys.readouterr().out
    assert out.count("157/157") >= 2


@pytest.mark.usefixtures("small")
def test_errors_come_first(tmp_path):
    x, y = values("int64")
    x, made = in_file(tmp_path, x), model()
    with pytest.raises(ValueError, match="same number of samples"):
        made.fit(x, y[:-1], verbose=0)
    with pytest.raises(ValueError, match="expected axis -1 of input shape to have value 64"):
        made.fit(in_file(tmp_path, np.zeros((ROWS, 65), np.int64)), y, verbose=0)
