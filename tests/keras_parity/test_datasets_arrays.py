"""The data sets beyond MNIST give what real Keras gives for the same small files, made here in its layout."""

from __future__ import annotations

import importlib
import io
import json
import pickle
import tarfile
import tempfile

import numpy as np
import pytest

from pynn import datasets

RNG = np.random.default_rng(8)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty Keras cache; no address is asked."""
    monkeypatch.delenv("PYNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    for name in ("boston_housing", "california_housing", "cifar10", "cifar100", "imdb", "reuters"):
        monkeypatch.setattr(getattr(datasets, name), "URL", "http://127.0.0.1:9/")
    (tmp_path / "datasets").mkdir()
    return tmp_path / "datasets"


def oracle(monkeypatch, name, path):
    """Real Keras's data set, which is given this path in place of what it would download and check."""
    module = importlib.import_module(f"keras.src.datasets.{name}")
    monkeypatch.setattr(module, "get_file", lambda *args, **kwargs: str(path))
    return module


def assert_same(ours, theirs):
    for pair, expected in zip(ours, theirs, strict=True):
        for array, want in zip(pair, expected, strict=True):
            assert array.dtype == want.dtype
            assert array.shape == want.shape
            assert array.tolist() == want.tolist()


def texts(count):
    """Texts of 2 to 9 numbers."""
    return np.array([RNG.integers(1, 30, RNG.integers(2, 10)).tolist() for _ in range(count)], dtype="object")


WORDS = {
    "plain": {},
    "common words": {"num_words": 20},
    "without the commonest": {"num_words": 20, "skip_top": 6},
    "short": {"maxlen": 7},
    "no start": {"start_char": None},
    "as they are": {"start_char": None, "index_from": 0},
    "dropped": {"oov_char": None, "num_words": 15, "skip_top": 5},
    "another order": {"seed": 5, "index_from": 10, "oov_char": 0},
}


@pytest.mark.parametrize("name", WORDS)
def test_imdb(cache, monkeypatch, real_keras, name):
    np.savez(
        cache / "imdb.npz",
        **{f"x_{p}": texts(n) for p, n in (("train", 25), ("test", 15))},
        y_train=RNG.integers(0, 2, 25),
        y_test=RNG.integers(0, 2, 15),
    )
    theirs = oracle(monkeypatch, "imdb", cache / "imdb.npz")
    assert_same(datasets.imdb.load_data(**WORDS[name]), theirs.load_data(**WORDS[name]))
    with pytest.raises(ValueError, match="maxlen=1, no sequence was kept"):
        datasets.imdb.load_data(maxlen=1)


@pytest.mark.parametrize("name", [*WORDS, "half"])
def test_reuters(cache, monkeypatch, real_keras, name):
    np.savez(cache / "reuters.npz", x=texts(30), y=RNG.integers(0, 46, 30))
    theirs = oracle(monkeypatch, "reuters", cache / "reuters.npz")
    options = WORDS.get(name, {"test_split": 0.5})
    assert_same(datasets.reuters.load_data(**options), theirs.load_data(**options))
    assert datasets.reuters.get_label_names() == theirs.get_label_names()


def test_older_spelling(cache):
    np.savez(cache / "reuters.npz", x=texts(30), y=RNG.integers(0, 46, 30))
    with pytest.warns(FutureWarning, match="num_words"):
        datasets.reuters.load_data(nb_words=10)
    with pytest.raises(TypeError, match="words"):
        datasets.imdb.load_data(words=10)


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_word_index(cache, monkeypatch, real_keras, name):
    path = cache / f"{name}_word_index.json"
    path.write_text(json.dumps({"the": 1, "café": 2}))
    assert getattr(datasets, name).get_word_index() == oracle(monkeypatch, name, path).get_word_index()


@pytest.mark.parametrize("options", [{}, {"version": "small"}, {"test_split": 0.33, "seed": 1}, {"test_split": 0}])
def test_california_housing(cache, monkeypatch, real_keras, options):
    np.savez(cache / "california_housing.npz", x=RNG.random((700, 8)).astype("f4"), y=RNG.random(700).astype("f4"))
    theirs = oracle(monkeypatch, "california_housing", cache / "california_housing.npz")
    assert_same(datasets.california_housing.load_data(**options), theirs.load_data(**options))


@pytest.mark.parametrize("options", [{}, {"test_split": 0.4, "seed": 2}])
def test_boston_housing(cache, monkeypatch, real_keras, options):
    np.savez(cache / "boston_housing.npz", x=RNG.random((51, 13)), y=RNG.random(51))
    theirs = oracle(monkeypatch, "boston_housing", cache / "boston_housing.npz")
    assert_same(datasets.boston_housing.load_data(**options), theirs.load_data(**options))


def test_wrong_arguments(real_keras):
    for side in (datasets, real_keras.datasets):
        for load in (side.boston_housing.load_data, side.california_housing.load_data):
            with pytest.raises(ValueError, match="Invalid `test_split` argument: 1"):
                load(test_split=1)
        with pytest.raises(ValueError, match=r"`label_mode` must be one of"):
            side.cifar100.load_data("medium")
    with pytest.raises(ValueError, match="Argument `version` must be one of"):
        datasets.california_housing.load_data("medium")


def batch(rows, keys, fill=None):
    data = RNG.integers(0, 256, (rows, 3072)).astype("u1") if fill is None else np.full((rows, 3072), fill, "u1")
    labels = {key.encode(): RNG.integers(0, 10, rows).tolist() for key in keys}
    return pickle.dumps({b"data": data, **labels}, protocol=4)


def write(cache, archive, folder, files, as_archive):
    """The files in the archive, or where Keras extracts it; returns that folder."""
    extracted = cache / archive.removesuffix("_archive")
    if as_archive:
        with tarfile.open(cache / archive, "w:gz", compresslevel=1) as tar:
            for name, content in files.items():
                info = tarfile.TarInfo(f"{folder}/{name}")
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
        with tarfile.open(cache / archive) as tar:
            safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Python 3.11.4 and later
            tar.extractall(cache / "for Keras", **safe)
        return cache / "for Keras"
    (extracted / folder).mkdir(parents=True)
    for name, content in files.items():
        (extracted / folder / name).write_bytes(content)
    return extracted


@pytest.mark.parametrize("as_archive", [True, False])
@pytest.mark.parametrize("mode", ["fine", "coarse"])
def test_cifar100(cache, monkeypatch, real_keras, as_archive, mode):
    keys = ("fine_labels", "coarse_labels")
    files = {"train": batch(6, keys), "test": batch(4, keys)}
    where = write(cache, "cifar-100-python-target_archive", "cifar-100-python", files, as_archive)
    theirs = oracle(monkeypatch, "cifar100", where)
    assert_same(datasets.cifar100.load_data(mode), theirs.load_data(mode))


def test_cifar10(cache, monkeypatch, real_keras):
    """Keras knows that there are 10,000 pictures in a batch."""
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    files = {name: batch(10_000 if i < 5 else 7, ["labels"], i) for i, name in enumerate(names)}
    where = write(cache, "cifar-10-batches-py-target_archive", "cifar-10-batches-py", files, False)
    ours, theirs = datasets.cifar10.load_data(), oracle(monkeypatch, "cifar10", where).load_data()
    for pair, expected in zip(ours, theirs, strict=True):
        for array, want in zip(pair, expected, strict=True):
            assert array.dtype == want.dtype
            np.testing.assert_array_equal(array, want)


def test_colours_first(cache, monkeypatch):
    files = {"train": batch(3, ["fine_labels"]), "test": batch(2, ["fine_labels"])}
    write(cache, "cifar-100-python-target_archive", "cifar-100-python", files, False)
    last = datasets.cifar100.load_data()[0][0]
    monkeypatch.setattr("pynn.config.image_data_format", lambda: "channels_first")
    np.testing.assert_array_equal(datasets.cifar100.load_data()[0][0], last.transpose(0, 3, 1, 2))


class Evil:
    def __reduce__(self):
        return print, ("this code must not run",)


def test_no_code_in_files_runs(cache, capsys):
    np.savez(cache / "reuters.npz", x=np.array([Evil(), [1, 2]], dtype="object"), y=np.zeros(2))
    with pytest.raises((ValueError, ConnectionError)):
        datasets.reuters.load_data()
    files = {"train": pickle.dumps(Evil()), "test": b""}
    write(cache, "cifar-100-python-target_archive", "cifar-100-python", files, False)
    with pytest.raises(ValueError, match="incomplete or corrupted"):
        datasets.cifar100.load_data()
    assert "must not run" not in capsys.readouterr().out


LOADERS = ["boston_housing", "california_housing", "cifar10", "cifar100", "imdb", "reuters"]


@pytest.mark.parametrize("name", LOADERS)
def test_offline(cache, name):
    with pytest.raises(ConnectionError, match="URL fetch failure") as caught:
        getattr(datasets, name).load_data()
    assert str(cache) in str(caught.value)
    assert "PYNN_DATA" in str(caught.value)


@pytest.mark.parametrize("name", LOADERS)
def test_addresses_and_checksums_are_keras(real_keras, monkeypatch, name):
    asked = {}

    class StopError(Exception):
        pass

    def note(fname, origin=None, file_hash=None, **kwargs):
        asked.update(fname=fname, origin=origin, file_hash=file_hash)
        raise StopError

    theirs = importlib.import_module(f"keras.src.datasets.{name}")
    monkeypatch.setattr(theirs, "get_file", note)
    ours = getattr(datasets, name)
    with pytest.raises(StopError):
        theirs.load_data()
    assert (asked["origin"], asked["file_hash"]) == (ours.URL, ours.SHA256)
    if hasattr(ours, "INDEX_URL"):
        with pytest.raises(StopError):
            theirs.get_word_index()
        assert (asked["origin"], asked["file_hash"]) == (ours.INDEX_URL, ours.INDEX_MD5)
