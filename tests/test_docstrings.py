"""Examples in the docstrings run, and everything public has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

pynn = pytest.importorskip("pynn", reason="about pynn's docstrings")

# Needs an extra that may be missing; its examples run where it is there.
OPTIONAL = {
    "pynn.kernels.numba": "numba",
    "pynn.kernels.cuda": "numba",
    "pynn.plot": "matplotlib",
    "pynn.sklearn": "sklearn",
}


def modules():
    found = [pynn.__name__]
    for info in pkgutil.walk_packages(pynn.__path__, "pynn.", onerror=lambda name: None):
        if not info.name.endswith("__main__"):
            found.append(info.name)
    return sorted(found)


@pytest.mark.parametrize("name", modules())
def test_examples_run(name, tmp_path, monkeypatch, request):
    for prefix, extra in OPTIONAL.items():
        if name.startswith(prefix):
            pytest.importorskip(extra, reason=f"{prefix} needs {extra}")
    module = importlib.import_module(name)
    from pynn import keras

    if name == "pynn.models.profiling":
        request.getfixturevalue("walked_in_c")

    monkeypatch.chdir(tmp_path)  # an example may write a file
    # What every example may take for granted, as in the guide: np, keras, and its layers by name.
    given = {"np": np, "keras": keras, "Sequential": keras.Sequential}
    given |= {n: getattr(keras.layers, n) for n in dir(keras.layers) if n[0].isupper()}
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    report = []
    for test in finder.find(module, name, globs=given | vars(module)):
        runner.run(test, out=report.append, clear_globs=False)
    assert runner.failures == 0, "".join(report)


def public_objects():
    """(path, object) of each class and function that the package names in `__all__` or students find in keras."""
    from pynn import keras

    seen = {}
    for folder_name in ("", *(n for n in dir(keras) if inspect.ismodule(getattr(keras, n)))):
        folder = getattr(keras, folder_name) if folder_name else keras
        for name in getattr(folder, "__all__", [n for n in dir(folder) if not n.startswith("_")]):
            value = getattr(folder, name)
            if (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__.startswith("pynn"):
                seen.setdefault(value, f"{folder_name}.{name}".lstrip("."))
    return sorted((path, value) for value, path in seen.items())


@pytest.mark.parametrize(("path", "value"), public_objects())
def test_everything_public_is_documented(path, value):
    """NumPy's style: a summary, its parameters, and an example that the test above has run."""
    text = inspect.getdoc(value) or ""
    assert ">>>" in text, f"{path}: no example"
    takes = [p for p in inspect.signature(value).parameters if p not in ("self", "cls", "args", "kwargs")]
    assert not takes or "Parameters\n---" in text, f"{path}: no Parameters section"
    written = vars(value).get("__doc__") if inspect.isclass(value) else text
    assert written, f"{path}: its docstring is only inherited"
