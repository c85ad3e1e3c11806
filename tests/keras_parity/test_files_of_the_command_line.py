"""What `pynn train` saves: a file of Keras's, with notes where Keras does not look."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest

pytest.importorskip("h5py", reason="about files of models")

from pynn.command_line import main


def test_both_sides_read_it(sides, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [f"{i % 3 + 0.01 * i},{('red', 'blue')[i % 2]},{'abc'[i % 3]}" for i in range(30)]
    (tmp_path / "t.csv").write_text("\n".join(["size,colour,kind", *lines]))
    assert main(["train", "t.csv", "--quiet", "--epochs", "2"]) == 0
    ours, theirs = (keras.models.load_model("t.keras") for keras in sides)
    x = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    np.testing.assert_allclose(ours.predict(x, verbose=0), theirs.predict(x, verbose=0), atol=1e-6)
    ours.save("again.keras")  # the notes stay
    with zipfile.ZipFile("again.keras") as archive:
        notes = json.loads(archive.read("metadata.json"))["pynn"]
    assert notes["classes"] == ["a", "b", "c"]
    assert notes["columns"] == [{"name": "size"}, {"name": "colour", "words": ["blue", "red"]}]
    theirs.save("theirs.keras")  # they are lost: numbers go in and come out
    (tmp_path / "n.csv").write_text("1,0,1\n2,1,0\n")
    capsys.readouterr()
    assert main(["predict", "theirs.keras", "n.csv"]) == 0
    assert capsys.readouterr().out.startswith("output 1,output 2,output 3\n")
