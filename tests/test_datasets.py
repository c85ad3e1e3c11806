"""Data sets: what is found where, what a download must satisfy, what the errors say.  No test leaves this machine."""

from __future__ import annotations

import functools
import gzip
import hashlib
import http.server
import os
import struct
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest

from pynn.datasets import fashion_mnist, files, mnist

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("PYNN_DATA") or ROOT.parent / "shared" / "data")
needs_shared = pytest.mark.skipif(
    not (SHARED / "mnist.npz").is_file(), reason="needs MNIST in the folder PYNN_DATA or ../shared/data"
)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty Keras cache and no PYNN_DATA; addresses that refuse a connection."""
    monkeypatch.delenv("PYNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(mnist, "URL", "http://127.0.0.1:9/mnist.npz")  # port 9, discard: nobody listens
    monkeypatch.setattr(fashion_mnist, "URL", "http://127.0.0.1:9/")
    return tmp_path / "home" / "datasets"


@pytest.fixture
def server(tmp_path):
    """A folder, and its address on this machine."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield folder, f"http://127.0.0.1:{httpd.server_port}/"
        httpd.shutdown()
        thread.join()


def small_mnist(path, rows=3):
    path.parent.mkdir(parents=True, exist_ok=True)
    x, y = np.full((rows, 28, 28), 7, np.uint8), np.arange(rows, dtype=np.uint8)
    np.savez_compressed(path, x_train=x, y_train=y, x_test=x, y_test=y)


def idx(array):
    return b"\0\0\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}i", *array.shape) + array.tobytes()


def small_fashion(folder):
    folder.mkdir(parents=True)
    x, y = np.arange(2 * 784, dtype=np.uint16).astype(np.uint8).reshape(2, 28, 28), np.array([9, 0], np.uint8)
    for name in fashion_mnist.SHA256:
        (folder / name).write_bytes(gzip.compress(idx(x if "images" in name else y), mtime=0))


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Found files


def test_pynn_data_comes_before_the_cache(cache, tmp_path, monkeypatch):
    small_mnist(cache / "mnist.npz", rows=3)
    assert len(mnist.load_data()[0][0]) == 3
    small_mnist(tmp_path / "own" / "mnist.npz", rows=5)
    monkeypatch.setenv("PYNN_DATA", str(tmp_path / "own"))
    assert len(mnist.load_data()[0][0]) == 5


def test_keras_cache_is_in_the_home_folder(cache, tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    small_mnist(tmp_path / ".keras" / "datasets" / "mnist.npz", rows=4)
    assert len(mnist.load_data()[0][0]) == 4


def test_fashion_mnist_reads_keras_layout(cache):
    small_fashion(cache / "fashion-mnist")
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    assert x_train.shape == x_test.shape == (2, 28, 28)
    assert x_train[0, 1, 0] == 28
    assert y_train.tolist() == y_test.tolist() == [9, 0]
    assert x_train.flags.writeable
    assert x_train.dtype == np.uint8


@needs_shared
def test_all_of_mnist(cache, monkeypatch):
    monkeypatch.setenv("PYNN_DATA", str(SHARED))
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    assert x_train.shape == (60_000, 28, 28)
    assert x_test.shape == (10_000, 28, 28)
    assert np.bincount(y_train).sum() == 60_000
    assert y_test[:4].tolist() == [7, 2, 1, 0]


@pytest.mark.skipif(
    not (SHARED / "fashion-mnist").is_dir(), reason="needs Fashion-MNIST in PYNN_DATA or ../shared/data"
)
def test_all_of_fashion_mnist(cache, monkeypatch):
    monkeypatch.setenv("PYNN_DATA", str(SHARED))
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    assert x_train.shape == (60_000, 28, 28)
    assert x_test.shape == (10_000, 28, 28)
    assert np.bincount(y_train).tolist() == [6000] * 10
    assert np.bincount(y_test).tolist() == [1000] * 10


# Downloads


def test_download_is_kept_in_the_cache(cache, server, monkeypatch, capsys):
    folder, address = server
    small_mnist(folder / "mnist.npz", rows=6)
    monkeypatch.setattr(mnist, "URL", address + "mnist.npz")
    monkeypatch.setattr(mnist, "SHA256", sha256(folder / "mnist.npz"))
    assert len(mnist.load_data()[0][0]) == 6
    assert capsys.readouterr().out == f"Downloading data from {address}mnist.npz\n"
    (folder / "mnist.npz").unlink()
    assert len(mnist.load_data()[0][0]) == 6
    assert capsys.readouterr().out == ""
    assert os.listdir(cache) == ["mnist.npz"]


def test_download_of_four_files(cache, server, monkeypatch):
    folder, address = server
    small_fashion(folder / "fashion")
    monkeypatch.setattr(fashion_mnist, "URL", address + "fashion/")
    monkeypatch.setattr(fashion_mnist, "SHA256", {n: sha256(folder / "fashion" / n) for n in fashion_mnist.SHA256})
    assert fashion_mnist.load_data()[1][1].tolist() == [9, 0]
    assert sorted(os.listdir(cache / "fashion-mnist")) == sorted(fashion_mnist.SHA256)


def test_wrong_checksum_keeps_nothing(cache, server, monkeypatch):
    folder, address = server
    small_mnist(folder / "mnist.npz")
    monkeypatch.setattr(mnist, "URL", address + "mnist.npz")
    with pytest.raises(ValueError, match=r"Incomplete or corrupted file detected.*sha256") as caught:
        mnist.load_data()
    assert mnist.SHA256 in str(caught.value)
    assert sha256(folder / "mnist.npz") in str(caught.value)
    assert os.listdir(cache) == []


def test_damaged_file_in_the_cache_is_replaced(cache, server, monkeypatch, capsys):
    folder, address = server
    small_mnist(folder / "mnist.npz")
    small_mnist(cache / "mnist.npz")
    whole = (cache / "mnist.npz").read_bytes()
    (cache / "mnist.npz").write_bytes(whole[: len(whole) // 2])
    monkeypatch.setattr(mnist, "URL", address + "mnist.npz")
    monkeypatch.setattr(mnist, "SHA256", sha256(folder / "mnist.npz"))
    assert len(mnist.load_data()[0][0]) == 3
    assert "A local file was found" in capsys.readouterr().out
    assert sha256(cache / "mnist.npz") == mnist.SHA256


def test_cache_that_cannot_be_made_gives_way_to_the_temporary_folder(cache, server, tmp_path, monkeypatch):
    folder, address = server
    small_mnist(folder / "mnist.npz")
    (tmp_path / "home").write_text("a file where the folder should be")
    monkeypatch.setattr(mnist, "URL", address + "mnist.npz")
    monkeypatch.setattr(mnist, "SHA256", sha256(folder / "mnist.npz"))
    mnist.load_data()
    assert (tmp_path / "temporary" / ".keras" / "datasets" / "mnist.npz").is_file()
    mnist.load_data()  # found there: it would complain about the address no longer serving otherwise


# Errors


@pytest.mark.parametrize(
    ("load", "name"), [(mnist.load_data, "mnist.npz"), (fashion_mnist.load_data, "train-images-idx3-ubyte.gz")]
)
def test_no_network_says_where_to_put_the_file(load, name, cache):
    with pytest.raises(ConnectionError, match="URL fetch failure") as caught:
        load()
    text = str(caught.value)
    assert str(cache) in text
    assert name in text
    assert "PYNN_DATA" in text
    assert "digits" in text
    assert not any(path.is_file() for path in cache.rglob("*"))


def test_missing_page_says_so(cache, server, monkeypatch):
    monkeypatch.setattr(mnist, "URL", server[1] + "mnist.npz")
    with pytest.raises(ConnectionError, match="File not found"):
        mnist.load_data()


@pytest.mark.parametrize("damage", ["cut", "bit", "text", "array", "keys", "shape", "pickle"])
def test_damaged_file_in_pynn_data_is_named(damage, cache, tmp_path, monkeypatch):
    path = tmp_path / "own" / "mnist.npz"
    small_mnist(path)
    data = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(data[:-40])
    elif damage == "bit":
        data[data.index(b"x_train.npy") + 60] ^= 1
        path.write_bytes(data)
    elif damage == "text":
        path.write_text("<html>Please log in to the network</html>")
    elif damage == "array":
        with path.open("wb") as file:
            np.save(file, np.zeros(3))
    elif damage == "keys":
        np.savez(path, x=np.zeros(3))
    elif damage == "shape":
        flat = np.zeros((3, 784), np.uint8)
        np.savez(path, x_train=flat, y_train=flat[:, 0], x_test=flat, y_test=flat[:, 0])
    else:
        np.savez(path, x_train=np.array([{}, {}]), y_train=0, x_test=0, y_test=0)
    monkeypatch.setenv("PYNN_DATA", str(path.parent))
    with pytest.raises(ValueError, match=r"mnist\.npz \(found through PYNN_DATA\) is incomplete or corrupted"):
        mnist.load_data()


@pytest.mark.parametrize("data", [b"", b"\0\0\x0d\x01\0\0\0\0", idx(np.zeros(5, np.uint8))[:-1], b"\0\0\x08\x03"])
def test_damaged_idx_is_named(data, cache, tmp_path, monkeypatch):
    small_fashion(tmp_path / "own" / "fashion-mnist")
    (tmp_path / "own" / "fashion-mnist" / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(data))
    monkeypatch.setenv("PYNN_DATA", str(tmp_path / "own"))
    with pytest.raises(ValueError, match=r"t10k-labels.*incomplete or corrupted"):
        fashion_mnist.load_data()


@pytest.mark.parametrize("path", ["../mnist.npz", "a/b.npz", "a\\b.npz"])
def test_path_is_a_name(path):
    with pytest.raises(ValueError, match="paths are no longer accepted"):
        mnist.load_data(path)


def test_another_name_for_the_file(cache):
    small_mnist(cache / "mine.npz", rows=2)
    assert len(mnist.load_data("mine.npz")[0][0]) == 2


def test_find_downloads_nothing(cache):
    assert files.find("mnist.npz") is None
    small_mnist(cache / "mnist.npz")
    assert files.find("mnist.npz") == str(cache / "mnist.npz")
