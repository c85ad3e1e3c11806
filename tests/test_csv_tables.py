"""CSV files for the command line: names of columns, separators, and the line that is wrong."""

from __future__ import annotations

import os

import pytest

from pynn.command_line import main, tables

pytest.importorskip("h5py", reason="models are saved with it")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, text):
    with open(name, "w", encoding="utf-8", newline="") as file:
        file.write(text)


WRONG = {
    "": "the file is empty",
    "\n \n": "the file is empty",
    "a\n1\n": "line 1: one column",
    "a,b\n1,2\n\n3\n": "line 4: 1 cells, expected 2",
    "a,b\n1,2\n,3\n": "line 3: column 'a' is empty: fill it in",
    "a,b\n1,2\nNA,3\n": "line 3: column 'a' is 'NA'",
    "a,b\n1,2\n1x,3\n4,5\n": "line 3: column 'a' has '1x', expected a number",
    "a,b\n1,2\ninf,3\n4,5\n": "line 3: column 'a' has 'inf', expected a number",
    "a,a\n1,2\n": "line 1: two columns are called 'a'",
    "a,b\n1,x\n2,x\n": "the target 'b' is x in all rows",
    "a,b\n": "there is no row below the names a, b",
    'a,b\n1,"2\n': "line 2: unexpected end of data",
    "PK\x03\x04": "a damaged .npz file",
    "\x1f": "one column",
}


@pytest.mark.parametrize("text", WRONG)
def test_tables_that_are_wrong(capsys, text):
    write("t.csv", text)
    assert main(["train", "t.csv"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("pynn train: ")
    assert WRONG[text] in err
    assert err.count("\n") == 1
    assert not os.path.exists("t.keras")


@pytest.mark.parametrize(
    ("text", "header", "named"),
    [
        ("a,b\n1,2\n", "auto", True),
        ("1,2\n3,4\n", "auto", False),
        ("1,2\n3,4\n", "yes", True),
        ("a,b\nx,y\nx,z\n", "auto", True),
        ("x,y\nx,z\n", "auto", False),
        ("a,b\n1,2\n", "no", False),
        ("\ufeffa;b\n1;2\n", "auto", True),
        ("a|b\n1|2\n", "auto", True),
        ("a\tb\n1\t2\n", "auto", True),
    ],
)
def test_names_of_columns(text, header, named):
    write("t.csv", text)
    table = tables.read("t.csv", header=header)
    assert table.has_header is named
    assert len(table.names) == 2
    assert not table.names[0].startswith("\ufeff")


def test_a_folder_that_cannot_be_written_is_known_before_training(capsys, monkeypatch):
    from pynn.command_line import train

    monkeypatch.setattr(train.tempfile, "TemporaryFile", lambda dir: os.readlink(dir))
    assert main(["train", "x.csv", "--out", "f.keras"]) == 1
    assert "--out f.keras: nothing can be written to the folder .: " in capsys.readouterr().err
