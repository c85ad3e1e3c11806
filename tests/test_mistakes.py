"""The page of beginner's mistakes: each is found before the first step, says what the page shows, and is mended."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
SPEC = importlib.util.spec_from_file_location("mistakes", ROOT / "tools" / "mistakes.py")
mistakes = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(mistakes)

PAGE = mistakes.PAGE.read_text(encoding="utf-8")
ALL = {mistake.name: mistake for mistake in map(mistakes.read, mistakes.sections(PAGE))}
# Not ValueErrors in Keras: a class for an object, two arguments for one, a name that is not there, no super().__init__.
CLASSES = ValueError | TypeError | AttributeError | RuntimeError | UserWarning


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_there_are_enough():
    assert len(ALL) == len(mistakes.sections(PAGE)) >= 25


@pytest.mark.parametrize("name", ALL)
def test_message(name):
    """What is said now is what the page shows; `python tools/mistakes.py` writes it."""
    namespace = mistakes.started(PAGE)
    said = mistakes.said_by(ALL[name].wrong, namespace)
    assert mistakes.shown(said) == ALL[name].message, "if it is a better message: python tools/mistakes.py"
    assert isinstance(said, CLASSES)
    assert len(str(said)) < 1000


@pytest.mark.parametrize("name", ALL)
def test_nothing_was_trained(name):
    """No step was made, and a model that is there still has finite weights; a warning lets training go on."""
    namespace = mistakes.started(PAGE)
    said = mistakes.said_by(ALL[name].wrong, namespace)
    model = namespace.get("model")
    if model is None or isinstance(said, Warning):
        return
    if getattr(model, "optimizer", None) is not None and name != "One optimizer for two models":
        assert int(model.optimizer.iterations) == 0
    assert all(np.isfinite(w).all() for w in model.get_weights())


@pytest.mark.parametrize("name", ALL)
def test_mended(name, capsys):
    """The last block of each section runs, without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(ALL[name].right, mistakes.started(PAGE))


@pytest.mark.parametrize("name", ALL)
def test_class_is_keras_s(name, real_keras, capsys):
    """Where real Keras raises before training, pynn raises an error of that class, or a ValueError."""
    page = PAGE.replace("from pynn import keras", "import keras", 1)
    theirs = mistakes.said_by(ALL[name].wrong, mistakes.started(page))
    if not isinstance(theirs, Exception) or isinstance(theirs, Warning):
        return  # Keras trains on it; or only warns
    ours = mistakes.said_by(ALL[name].wrong, mistakes.started(PAGE))
    assert isinstance(ours, type(theirs) | ValueError), f"Keras: {type(theirs).__name__}: {theirs}"
