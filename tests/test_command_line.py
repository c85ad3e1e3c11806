"""The command line: training and predicting from tables and arrays, what it says, and its exit codes."""

from __future__ import annotations

import errno
import gzip
import os
import re
import subprocess
import sys

import numpy as np
import pytest

import pynn
from pynn import keras
from pynn.command_line import data, main

pytest.importorskip("h5py", reason="models are saved with it")

FLOWERS = "sepal,colour,species\n" + "".join(
    f"{i % 3 + 0.01 * i:.2f},{('red', 'blue')[i % 2]},{('setosa', 'versicolor', 'virginica')[i % 3]}\n"
    for i in range(60)
)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, text, encoding="utf-8"):
    with open(name, "w", encoding=encoding, newline="") as file:
        file.write(text)


def said(capsys, *given, code=0):
    """What a command prints to the terminal; with another code, what it prints to the error stream."""
    assert main(list(given)) == code
    out, err = capsys.readouterr()
    if code == 1:
        err = re.sub(r"^numba compiles .*\n", "", err)  # under PYNN_BACKEND=numba, once
        assert err.count("\n") == 1, err
        assert err.startswith(f"pynn {given[0]}: ")
    return out if code == 0 else err


def test_classes_from_words(capsys):
    write("flowers.csv", FLOWERS)
    out = said(capsys, "train", "flowers.csv", "--epochs", "60", "--learning-rate", "0.05")
    assert "target: 'species', 3 classes (setosa, versicolor, virginica): classification" in out
    assert "48 to train on, 12 held out; inputs: 3" in out
    assert out.count("\nepoch ") == 10
    assert float(re.search(r"accuracy ([\d.]+) on held-out rows", out).group(1)) > 0.9
    assert "saved: flowers.keras" in out
    write("new.csv", "colour,sepal\nred,0.05\nblue,2.1\n")  # in another order, without the target
    lines = said(capsys, "predict", "flowers.keras", "new.csv").splitlines()
    assert lines[0] == "species,probability"
    assert [line.split(",")[0] for line in lines[1:]] == ["setosa", "virginica"]
    assert main(["predict", "flowers.keras", "flowers.csv", "--probabilities", "--out", "answers.csv"]) == 0
    out, err = capsys.readouterr()
    assert out == "saved: answers.csv\n"
    assert re.fullmatch(r"accuracy (0\.9|1\.0)\d+ on 60 rows", err.splitlines()[-1])
    with open("answers.csv", encoding="utf-8") as file:
        assert file.readline() == "species,setosa,versicolor,virginica\n"
    out = said(capsys, "summary", "flowers.keras")
    for line in (
        "inputs:  sepal, colour",
        "predicts: species (classification)",
        "classes: setosa, versicolor, virginica",
    ):
        assert line in out


def test_numbers_as_german_excel_writes_them(capsys):
    rows = [f"{40 + i};{i % 4};{(40 + i) * 3000 + i % 4 * 500 + 0.5:.1f}".replace(".", ",") for i in range(80)]
    write("haus.csv", "Größe;Zimmer;Preis\r\n" + "\r\n".join(rows), encoding="cp1252")
    assert "no utf-8 text" in said(capsys, "train", "haus.csv", code=1)
    out = said(capsys, "train", "haus.csv", "--encoding", "cp1252", "--epochs", "100", "--learning-rate", "0.01")
    assert "'Preis', 120000 to 358500: regression" in out
    error = float(re.search(r"mean absolute error (\S+) on held-out", out).group(1))
    assert error < 10_000
    lines = said(capsys, "predict", "haus.keras", "haus.csv", "--encoding", "cp1252").splitlines()
    assert lines[0] == "Preis"
    assert abs(float(lines[1]) - 120_000) < 40_000


def test_columns_and_tasks(capsys):
    write("t.csv", "id,a,b,kind\n" + "".join(f"n{i},{i / 7},{i % 5},{i % 2}\n" for i in range(40)))
    assert "column 'id' has 40 different words in 40 rows" in said(capsys, "train", "t.csv", code=1)
    quick = ("--quiet", "--epochs", "1", "--drop", "id")
    said(capsys, "train", "t.csv", *quick)
    assert "classes: 0, 1" in said(capsys, "summary", "t.keras")
    said(capsys, "train", "t.csv", *quick, "--task", "regression", "--target", "b", "--layers", "0", "--out", "b.keras")
    assert "predicts: b (regression)" in said(capsys, "summary", "b.keras")
    said(capsys, "train", "t.csv", *quick, "--target", "2", "--layers", "8,4", "--dropout", "0.1", "--patience", "1")
    assert "predicts: a (regression)" in (out := said(capsys, "summary", "t.keras"))
    assert "dropout_1" in out
    assert "there are id, a, b, kind" in said(capsys, "train", "t.csv", "--target", "c", code=1)


def test_tables_without_names(capsys):
    write("flowers.csv", FLOWERS.partition("\n")[2])
    said(capsys, "train", "flowers.csv", "--epochs", "2", "--quiet")
    write("new.csv", "0.05,red\n")
    assert said(capsys, "predict", "flowers.keras", "new.csv").startswith("column 3,probability\n")
    write("wide.csv", "0.05,red,blue,green\n")
    assert "4 columns, expected 2" in said(capsys, "predict", "flowers.keras", "wide.csv", code=1)


def test_arrays(capsys):
    random = np.random.default_rng(1)
    x = random.normal(size=(60, 5, 2))
    y = (x[:, 0, 0] > 0).astype(int)
    np.savez("a.npz", x=x, y=y)
    out = said(capsys, "train", "a.npz", "--epochs", "3")
    assert "y, 2 classes (0, 1)" in out
    assert "inputs: 5 x 2" in out
    assert len(said(capsys, "predict", "a.keras", "a.npz").splitlines()) == 61
    np.savez("b.npz", x_train=x, y_train=np.eye(2)[y], x_test=x[:9], y_test=np.eye(2)[y[:9]])
    assert "60 to train on, 9 held out" in said(capsys, "train", "b.npz", "--epochs", "1")
    np.savez("c.npz", x=x, y=random.normal(size=(60, 3)))
    assert "regression" in said(capsys, "train", "c.npz", "--epochs", "1", "--validation", "0")
    np.savez("w.npz", x=x, y=np.array(["no", "yes"])[y])
    assert "2 classes (no, yes)" in said(capsys, "train", "w.npz", "--epochs", "1")
    assert said(capsys, "predict", "w.keras", "w.npz").splitlines()[1].split(",")[0] in ("no", "yes")
    np.savez("u.npz", x_train=x, y_train=y, x_test=x, y_test=y + 1)
    assert "classes that the rows to train on lack" in said(capsys, "train", "u.npz", code=1)
    np.savez("d.npz", y=y)
    assert "has y; expected x and y" in said(capsys, "train", "d.npz", code=1)
    np.savez("e.npz", x=x, y=y[:7])
    assert "x has shape (60, 5, 2), y (7,)" in said(capsys, "train", "e.npz", code=1)
    np.savez("f.npz", x=np.full((4, 2), np.nan), y=[0, 1, 0, 1])
    assert "x has NaN" in said(capsys, "train", "f.npz", code=1)


def idx(name, array, opened=open):
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    with opened(name, "wb") as file:
        file.write(head + array.astype("uint8").tobytes())


def test_images_of_mnist_s_form(capsys):
    x = np.random.default_rng(1).integers(0, 256, (40, 4, 4))
    idx("train-images-idx3-ubyte.gz", x, gzip.open)
    assert "has inputs alone" in said(capsys, "train", "train-images-idx3-ubyte.gz", code=1)
    idx("train-labels-idx1-ubyte.gz", np.arange(40) % 4, gzip.open)
    assert "32 to train on, 8 held out" in said(capsys, "train", "train-images-idx3-ubyte.gz", "--epochs", "1")
    idx("t10k-images-idx3-ubyte", x[:6])
    idx("t10k-labels-idx1-ubyte", np.arange(6) % 4)
    out = said(capsys, "train", "train-images-idx3-ubyte.gz", "--epochs", "1", "--out", "m.keras")
    assert "40 to train on, 6 held out; inputs: 4 x 4" in out
    assert len(said(capsys, "predict", "m.keras", "t10k-images-idx3-ubyte").splitlines()) == 7
    assert "takes (4, 4)" in said(capsys, "predict", "m.keras", "digits", code=1)
    with open("short.idx", "wb") as file:
        file.write(b"\0\0\x08\x01\0\0\0\x09abc")
    assert "the file is cut short" in said(capsys, "train", "short.idx", code=1)


def test_built_in_names(capsys, monkeypatch):
    pytest.importorskip("sklearn", reason="brings iris")
    assert "setosa, versicolor, virginica" in said(capsys, "train", "iris", "--epochs", "20")
    assert "sepal length (cm)" in said(capsys, "summary", "iris.keras")
    monkeypatch.setattr(data, "to_train", lambda given, f=data.to_train: (print("Downloading data"), f(given))[1])
    assert said(capsys, "predict", "iris.keras", "iris").startswith("species,probability\nsetosa,0.")
    assert "no such file, and no data set of that name (digits," in said(capsys, "train", "irises", code=1)
    monkeypatch.setitem(__import__("sys").modules, "sklearn.datasets", None)
    assert 'pip install "pynn-kernels[sklearn]"' in said(capsys, "train", "iris", code=1)


def test_without_h5py(capsys, monkeypatch):
    from pynn.command_line import train

    def missing():
        raise ImportError("This needs the module 'h5py'")

    monkeypatch.setattr(train.hdf5, "h5py", missing)
    write("flowers.csv", FLOWERS)
    assert "not saved: needs h5py" in said(capsys, "train", "flowers.csv", "--epochs", "1")
    assert "needs the module 'h5py'" in said(capsys, "train", "flowers.csv", "--out", "f.keras", code=1)


def test_mistakes_with_models(capsys):
    write("t.csv", "a,b\n1,2\n2,3\n3,4\n4,5\n")
    for given, message in (
        (("summary", "no.keras"), "no.keras: no such file"),
        (("summary", "t.csv"), "t.csv: expected a model, a .keras or .h5 file"),
        (("train", "t.csv", "--out", "t.txt"), "a name that ends in .keras"),
        (("train", "t.csv", "--out", "nowhere/t.keras"), "there is no folder nowhere"),
        (("train", "t.csv", "--optimizer", "nix"), "Could not interpret optimizer identifier: nix"),
        (("train", "t.csv", "--activation", "nix"), "nix"),
        (("train", "t.csv", "--separator", "ab"), "--separator must be one character"),
        (("train", "t.csv", "--encoding", "nix"), "there is no 'nix'"),
        (("train", "t.csv", "--patience", "2", "--validation", "0"), "--patience needs held-out rows"),
        (("train", "t.csv", "--optimizer", "sgd", "--learning-rate", "1e30", "--quiet"), "training diverged"),
        (("train", "t.csv", "--layers", "99999999999999"), "allocate"),
        (("train", "t.csv", "--batch-size", "9" * 30, "--quiet"), "too large"),
        (("train", os.devnull), "is a pipe or a device, expected a file"),
    ):
        assert message in said(capsys, *given, code=1)
    write("bad.keras", "not a zip")
    assert "no zip archive" in said(capsys, "summary", "bad.keras", code=1)
    x = keras.Input((2,))
    model = keras.Model(x, {"one": keras.layers.Dense(1)(x)})
    model.save("m.keras")
    assert "a model with one output" in said(capsys, "predict", "m.keras", "t.csv", code=1)
    model.save_weights("m.weights.h5")
    assert "It holds weights alone" in said(capsys, "summary", "m.weights.h5", code=1)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a disk that is full")
def test_a_full_disk_is_named(capsys):
    write("t.csv", "a,b\n1,2\n2,3\n3,4\n4,5\n")
    said(capsys, "train", "t.csv", "--quiet", "--epochs", "1")
    full = said(capsys, "predict", "t.keras", "t.csv", "--out", "/dev/full", code=1)
    assert full.endswith(f" /dev/full: {os.strerror(errno.ENOSPC)}\n")


@pytest.mark.skipif(os.name != "posix", reason="needs a shell that closes outputs")
def test_a_closed_output_is_no_mistake():
    command = f'"{sys.executable}" -m pynn --version >&-; "{sys.executable}" -m pynn info >&-'
    done = subprocess.run(["sh", "-ec", command], stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_info(capsys, monkeypatch):
    monkeypatch.setenv("PYNN_DATA", "somewhere")
    out = said(capsys, "info")
    for word in (
        pynn.__version__,
        np.__version__,
        "GFLOP/s",
        "threads:",
        "cython, ",
        "PYNN_DATA=somewhere",
        "tensorboard",
    ):
        assert word in out


def test_bench(capsys, monkeypatch):
    from pynn.command_line import bench

    for name, value in bench._ONE_THREAD.items():
        monkeypatch.setenv(name, value)
    out = said(capsys, "bench", "--rounds", "1", "--rows", "96", "--only", "numpy,scikit-learn,torch").splitlines()
    assert out[2].split()[0] == "pynn"
    assert out[2].split()[-2] == "1.00"
    assert out[3].startswith("NumPy")
    assert abs(float(out[3].split()[-1]) - float(out[2].split()[-1])) < 0.1
    assert "no 'nix'" in said(capsys, "bench", "--only", "nix", code=1)
    calls = []
    monkeypatch.delenv("MKL_NUM_THREADS")
    monkeypatch.setattr(bench.subprocess, "run", lambda command, env, check: calls.append((command, env)) or Done())
    assert main(["bench", "--rounds", "2"]) == 7
    assert calls[0][0][-6:] == ["pynn", "bench", "--rounds", "2", "--rows", "5000"]
    assert calls[0][1]["MKL_NUM_THREADS"] == "1"


class Done:
    returncode = 7


def test_the_line_is_redrawn(capsys, monkeypatch):
    """In a terminal: one line, no longer than it is wide."""
    from pynn.command_line import train

    monkeypatch.setattr(train, "can_redraw", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    write("flowers.csv", FLOWERS)
    out = said(capsys, "train", "flowers.csv", "--epochs", "12")
    drawn = next(line for line in out.split("\n") if "\r" in line).split("\r")[1:]
    assert len(drawn) == 12
    assert max(map(len, drawn)) == 39
