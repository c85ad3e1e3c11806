"""What introductory courses use: every name, keyword and import of Keras's in the census of their notebooks."""

from __future__ import annotations

import csv
import importlib
import inspect
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

pytest.importorskip("pynn", reason="about pynn's namespaces")

from pynn import keras

CENSUS = Path(os.environ.get("PYNN_CENSUS", Path(__file__).resolve().parents[2] / "shared" / "course_census.csv"))
ROWS = list(csv.DictReader(CENSUS.read_text(encoding="utf-8").splitlines())) if CENSUS.exists() else []
ROWS = [row for row in ROWS if not row["out_of_scope"]]
pytestmark = pytest.mark.skipif(not ROWS, reason="needs course_census.csv; PYNN_CENSUS says where it is")


def of_keras(*kinds):
    """(name, notebooks that use it) of the rows of these kinds."""
    return [(row["name"], row["notebooks"]) for row in ROWS if row["kind"] in kinds]


def resolve(path):
    """What stands at a path, and what is said where nothing does."""
    found = keras
    try:
        for word in path.split(".")[1:]:
            found = getattr(found, word)
    except AttributeError as error:
        return None, str(error)
    return found, ""


@pytest.fixture(autouse=True)
def older_spellings_may_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


NAMES = [row for row in of_keras("api", "data", "subclass") if row[0].startswith("keras.")]


@pytest.mark.parametrize(("path", "notebooks"), NAMES)
def test_names(path, notebooks):
    found, message = resolve(path)
    assert found is not None or "Nearest: " in message, f"{notebooks} notebooks use {path}: {message}"


KEYWORDS = [row for row in of_keras("keyword") if row[0].startswith("keras.")]
# Where an argument is Keras's own way of reading files, or says what another argument says.
WITHOUT = {"keras.Model.from_config(custom_objects=)": "keras.saving.custom_object_scope"}


@pytest.mark.parametrize(("form", "notebooks"), [row for row in KEYWORDS if row[0] not in WITHOUT])
def test_keywords(form, notebooks):
    path, keyword = re.fullmatch(r"(.*)\((.*)=\)", form).groups()
    found, message = resolve(path)
    if found is None:
        assert "Nearest: " in message
        return
    parameters = inspect.signature(found).parameters.values()
    names = {p.name for p in parameters}
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    assert keyword in names or takes_any, f"{notebooks} notebooks write {form}"


def test_imports():
    """All in one fresh process, where `import keras` gives pynn."""
    forms = [form for form, _ in of_keras("import form") if "<names>" not in form]
    code = "import sys, pynn; pynn.install_as_keras()\n"
    code += "for line in sys.stdin.read().splitlines():\n"
    code += "    try:\n        exec(line, {})\n"
    code += "    except ImportError as error:\n        print(line, '->', error)\n"
    command = [sys.executable, "-P", "-W", "ignore", "-c", code]
    done = subprocess.run(command, input="\n".join(forms), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    wrong = [line for line in done.stdout.splitlines() if "Nearest: " not in line]
    others = {"keras_tuner", "scikeras", "tensorflow_datasets", "tensorflow_docs", "kerastuner", "tensorboard"}
    assert [line for line in wrong if not any(other in line for other in others)] == []
    assert importlib.import_module("pynn.keras") is keras
