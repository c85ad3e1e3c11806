"""What introductory courses use: every row of the census of their notebooks that is in scope works, or says why not."""

from __future__ import annotations

import csv
import functools
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pynn", reason="about pynn's namespaces")


from pynn import keras
from tests import census

FILE = Path(os.environ.get("PYNN_CENSUS", Path(__file__).resolve().parents[2] / "shared" / "course_census.csv"))
ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines())) if FILE.exists() else []
ROWS = [row for row in ROWS if not row["out_of_scope"]]
pytestmark = pytest.mark.skipif(not ROWS, reason="needs course_census.csv; PYNN_CENSUS says where it is")

# Other packages, which pynn does not play.
OTHERS = ("keras_tuner", "kerastuner", "scikeras", "tensorboard", "tensorflow_datasets", "tensorflow_docs")


def form_of(row):
    return f"{row['kind']}: {row['name']}"


@functools.cache
def imports():
    """Form of import → what is said of it, in one fresh process where `import keras` gives pynn."""
    forms = [row["name"] for row in ROWS if row["kind"] == "import form"]
    code = "import sys, pynn; pynn.install_as_keras()\n"
    code += "for line in sys.stdin.read().splitlines():\n"
    code += "    try:\n        exec(line.replace('<names>', '*'), {})\n"
    code += "    except ImportError as error:\n        print(line, error, sep='\\t')\n"
    command = [sys.executable, "-P", "-W", "ignore", "-c", code]
    done = subprocess.run(command, input="\n".join(forms), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return dict(line.split("\t") for line in done.stdout.splitlines())


def wrong_with(row):
    """None if the row works."""
    return imports().get(row["name"]) if row["kind"] == "import form" else census.check(row)


OURS = [row for row in ROWS if row["name"] not in census.NOT_OURS and not any(o in row["name"] for o in OTHERS)]
NOW = [row for row in OURS if not census.LATER.search(row["name"])]


@pytest.mark.parametrize("row", NOW, ids=map(form_of, NOW))
def test_row(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = wrong_with(row)
    assert wrong is None, f"{row['notebooks']} notebooks of {row['courses']} courses use it: {wrong}"


def test_how_many(record_property, capsys):
    """The numbers of the census: rows that work, and how many notebooks could miss something."""
    missing = [row for row in ROWS if row not in NOW and row["name"] not in census.NOT_OURS]
    counts = [int(row["notebooks"]) for row in missing if row["kind"] in ("api", "method")]
    uses = sum(int(row["uses"]) for row in ROWS)
    found = {
        "rows in scope": len(ROWS),
        "rows that work": len(NOW),
        "rows that are not pynn's to answer": len([row for row in ROWS if row["name"] in census.NOT_OURS]),
        "rows to come": len(missing),
        "notebooks that use one of those": f"{max(counts)} to {sum(counts)}",
        "percent of uses that work": round(100 * sum(int(row["uses"]) for row in NOW) / uses, 1),
    }
    for what, number in found.items():
        record_property(what, number)
    with capsys.disabled():
        print("\nCensus of courses:", ", ".join(f"{what} {number}" for what, number in found.items()))
    assert len(NOW) >= 0.9 * len(ROWS)
    assert importlib.import_module("pynn.keras") is keras
