"""`import pynn; from pynn import keras` loads NumPy and pynn, and nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pynn = pytest.importorskip("pynn", reason="about importing pynn")

# `from __future__ import annotations`; modules that a Cython extension registers by itself; those that the import hook
# of an editable install uses.
BY_THE_WAY = re.compile(r"__future__$|_?cython|_core$|importlib\.(util|_abc)$|_editable")
HEAVY = ["numba", "h5py", "matplotlib", "pandas", "sklearn", "jax", "scipy", "joblib", "urllib.request", "asyncio"]


def modules_after(*statements):
    """Names in sys.modules of a fresh interpreter after each statement."""
    code = "import sys, json\nfound = []\n"
    for statement in statements:
        code += f"{statement}\nfound.append(sorted(sys.modules))\n"
    code += "print(json.dumps(found))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [set(names) for names in json.loads(done.stdout)]


def test_numpy_and_no_more():
    numpy, pynn = modules_after("import numpy", "import pynn; from pynn import keras")
    strangers = {name for name in pynn - numpy if name.partition(".")[0] != "pynn" and not BY_THE_WAY.match(name)}
    assert strangers == set()


def test_nothing_heavy():
    (names,) = modules_after("import pynn; from pynn import keras")
    assert names.isdisjoint(HEAVY)


def test_few_modules_of_our_own():
    """What import costs is files to open: their number is bounded, their time is not measured here."""
    (names,) = modules_after("import pynn; from pynn import keras")
    assert len([name for name in names if name.startswith("pynn")]) <= 375


def test_training_needs_numpy_alone():
    code = (
        "import numpy as np; from pynn import keras\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "model.fit(np.ones((4, 2)), np.ones(4), verbose=0)\n"
        "model.predict(np.ones((4, 2)), verbose=0)"
    )
    (names,) = modules_after(code)
    assert names.isdisjoint(HEAVY)


def test_real_keras_is_never_touched():
    (names,) = modules_after("import pynn; from pynn import keras")
    assert "keras" not in names
    assert "tensorflow" not in names


def test_files_of_the_other_pynn_in_our_folder(tmp_path):
    """On a disk that ignores case PyNN's folder is ours: the message names both and says what to do."""
    folder = tmp_path / "pynn"
    (folder / "standardmodels").mkdir(parents=True)
    (folder / "__init__.py").write_text(Path(pynn.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    message = message_of_import(tmp_path)
    for word in ("ImportError", "pynn-kernels", "PyNN", "separate virtual environments"):
        assert word in message


def test_sources_without_the_core(tmp_path):
    """Python started in a checkout finds the sources first."""
    (tmp_path / "pynn").mkdir()
    for name in ("__init__.py", "threads.py"):
        text = (Path(pynn.__file__).parent / name).read_text(encoding="utf-8")
        (tmp_path / "pynn" / name).write_text(text, encoding="utf-8")
    assert "make dev" in message_of_import(tmp_path)


def message_of_import(folder):
    """What Python says about `import pynn` from a folder; -S: without the pynn that is installed."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); import pynn"
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    return done.stderr
