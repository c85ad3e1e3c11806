"""Every script of examples/ runs under pynn and, with one line changed, under real Keras, and returns the same figures.

What the libraries draw differs: initial weights are here drawn by one generator for both, so that all that follows
can be compared.  Masks of dropout stay each library's own, and what was trained with them is compared loosely.
Pictures are read by pynn for both sides: from PYNN_DATA, or else the digits that ship with it in place of MNIST.
"""

from __future__ import annotations

import importlib
import os
import re
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from pynn import datasets
from pynn.initializers import random as ours

ROOT = Path(__file__).resolve().parents[2]
LINE = "from pynn import keras  # the same with Keras itself: import keras\n"
SCRIPTS = sorted(path.stem for path in (ROOT / "examples").glob("*.py") if path.stem not in ("digits", "gradient_tape"))

CLOSE = {"rtol": 1e-4, "atol": 1e-7}
ALIKE = {"rtol": 0.2, "atol": 0.1}  # other masks, another training: of the same kind all the same
MASKED = {"overfitting": ("dropout",)}  # script: those of its figures
# A sum that is 1e-9 on one side and -1e-9 on the other has another slope under relu, and the trainings part by 1e-3.
# A million sums, each with a chance of 1e-7: it happens to one training in ten.  Of three one is close.
DRAWS = 3


@pytest.fixture
def one_generator(monkeypatch, real_keras):
    """The n-th initializer to draw has NumPy's generator number n on both sides, from `one_generator(0)` on."""
    theirs = importlib.import_module("keras.src.initializers.random_initializers")
    first, numbers = 0, {}

    def generator(seed):  # Keras draws the weights of a class of one's own three times, to keep the last ones
        return np.random.default_rng(first + numbers.setdefault(seed, len(numbers)))

    def start(at):
        nonlocal first
        first = at
        numbers.clear()

    def shaped(draw):
        def call(shape, first=None, second=None, dtype=None, seed=None, **names):
            first, second = (value for value in (first, second, *names.values()) if value is not None)
            return draw(shape, first, second, seed, dtype)

        return call

    functions = {name: shaped(getattr(ours, f"draw_{name}")) for name in ("normal", "truncated_normal", "uniform")}
    monkeypatch.setattr(ours, "random", SimpleNamespace(**(vars(ours.random) | {"generator": generator})))
    monkeypatch.setattr(theirs, "random", SimpleNamespace(**(vars(theirs.random) | functions)))
    return start


@pytest.fixture
def one_reader(monkeypatch, sides):
    """Both sides read pictures with pynn, which accepts a file of MNIST's that is not Keras's own archive."""
    folder = ROOT.parent / "shared" / "data"
    if "PYNN_DATA" not in os.environ and folder.is_dir():
        monkeypatch.setenv("PYNN_DATA", str(folder))
    found = {"mnist": datasets.mnist.load_data, "fashion_mnist": datasets.fashion_mnist.load_data}
    if not datasets.files.find("mnist.npz"):
        found["mnist"] = datasets.digits.load_data
    for side in sides:
        for name, load in found.items():
            monkeypatch.setattr(getattr(side.datasets, name), "load_data", load)


def text_of(script):
    return (ROOT / "examples" / f"{script}.py").read_text(encoding="utf-8")


def run(script, name):
    """What the script's `main` returns in its short form, with the keras of this name."""
    text = text_of(script)
    if name == "keras":
        text = text.replace("from pynn import keras", "import keras")
    module = ModuleType(script)
    exec(compile(text, f"examples/{script}.py, {name}", "exec"), module.__dict__)
    return module.main(short=True)


def figures(returned, path=()):
    """{path: list of numbers} for all that is in nested dicts."""
    if isinstance(returned, dict):
        return {p: f for key, value in returned.items() for p, f in figures(value, (*path, key)).items()}
    return {path: np.asarray(returned, "float64")}


def needs_pictures(script):
    """Fashion-MNIST has no part that ships with pynn."""
    return "fashion_mnist.load_data" in text_of(script)


def assert_alike(script, mine, wanted):
    """The same figures by name and shape; of the same kind in value where the libraries drew masks."""
    assert list(mine) == list(wanted)
    for path, value in wanted.items():
        assert mine[path].shape == value.shape, path
        assert np.isfinite(value).all(), path
        if set(path) & set(MASKED.get(script, ())):
            np.testing.assert_allclose(mine[path], value, **ALIKE, err_msg=" / ".join(path))


def apart(script, mine, wanted):
    """The first figure that is not the same to rounding, with both values; None if all are."""
    for path, value in wanted.items():
        if not set(path) & set(MASKED.get(script, ())) and not np.allclose(mine[path], value, **CLOSE):
            return " / ".join(path), mine[path], value
    return None


@pytest.mark.filterwarnings("ignore:os.fork:RuntimeWarning")
@pytest.mark.parametrize("script", SCRIPTS)
def test_same_figures(script, one_generator, one_reader, real_keras, subject_name, capsys):
    if needs_pictures(script) and not datasets.files.find("fashion-mnist/train-images-idx3-ubyte.gz"):
        pytest.skip("no Fashion-MNIST on this machine; set PYNN_DATA to the folder that has it")
    for draw in range(DRAWS):
        results = []
        for name in (subject_name, "keras"):
            one_generator(1000 * draw)
            results.append(figures(run(script, name)))
        assert_alike(script, *results)
        if apart(script, *results) is None:
            return
    pytest.fail(f"no close one among {DRAWS} trainings: {apart(script, *results)}")


@pytest.mark.parametrize("script", SCRIPTS)
def test_form(script):
    """One line to change; a page or two; how to call it, in the docstring; sources for what is not the script's own."""
    text = text_of(script)
    assert text.count(LINE) == 1
    assert len(re.findall(r"^\s*(?:from|import) .*\b(?:keras|pynn)\b", text, re.MULTILINE)) == 1
    assert f"    python examples/{script}.py [--short]\n" in text
    assert 40 <= len(text.splitlines()) <= 130
    assert 'main(short="--short" in sys.argv[1:])' in text


def test_the_page_names_every_script():
    page = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| \[(\w+)\.py\]\(\.\./examples/(\w+)\.py\)", page, re.MULTILINE)
    assert sorted(named) == sorted((path.stem, path.stem) for path in (ROOT / "examples").glob("*.py"))
