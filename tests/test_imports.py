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
    names, with_layers = modules_after("import pynn; from pynn import keras", "from pynn.keras.layers import Dense")
    assert len([name for name in names if name.startswith("pynn")]) <= 25
    assert len([name for name in with_layers if name.startswith("pynn")]) <= 320


@pytest.mark.parametrize(
    "code",
    [
        "from pynn.keras.layers import Dense; assert Dense(3).units == 3",
        "import pynn.keras.ops.numpy as n; assert n.add(1, 2) == 3",
        "import pynn.keras.optimizers.schedules; assert pynn.keras.optimizers.schedules.ExponentialDecay",
        "from pynn.keras import Variable; assert float((Variable(2.0) * 3).numpy()) == 6",
        "from pynn.keras.random import normal; assert (normal((2,)) + 1).shape == (2,)",
        "from pynn.keras.random import normal; assert str((normal((2,)) + 1).dtype) == 'float32'",
        "from pynn.variables import Variable; assert float(Variable(2.0).assign(3.0)) == 3",
        "from pynn import GradientTape; import numpy as np; from pynn.variables import Variable; v = Variable(2.0)\n"
        "with GradientTape() as tape: y = np.square(v)\n"
        "assert float(tape.gradient(y, v)) == 4",
        "from pynn import keras; assert set(keras.__all__) <= set(dir(keras))",
        "from pynn.keras import *; assert Sequential and layers",
        "from pynn import keras\n"
        "config = {'module': 'keras.layers', 'class_name': 'Dense', 'config': {'units': 2}, 'registered_name': None}\n"
        "assert keras.saving.deserialize_keras_object(config).units == 2",
        "from pynn import layers, saving; made = saving.serialize_keras_object(layers.Dense(2));"
        " assert (made['module'], made['class_name']) == ('keras.layers', 'Dense')",
        "from pynn import models, saving\n"
        "assert saving.serialize_keras_object(models.Sequential())['module'] == 'keras'",
        "import pickle; from pynn.layers import Dense; text = pickle.dumps(Dense(2)); import sys\n"
        "for name in [n for n in sys.modules if n.startswith('pynn')]: del sys.modules[name]\n"
        "assert pickle.loads(text).units == 2",
        "import pynn; pynn.install_as_keras(); from keras.layers import Dense; import tensorflow as tf;"
        " assert tf.keras.layers.Dense is Dense",
        "import pynn.keras.layers.core as c, warnings; warnings.simplefilter('ignore'); assert c.Dense",
        "import warnings; warnings.simplefilter('ignore'); from pynn.keras.engine.training import Model; assert Model",
        "from pynn import keras\ntry: keras.Dense\nexcept AttributeError as e: assert 'not in pynn' in str(e)\n"
        "else: raise SystemExit(1)",
    ],
)
def test_parts_are_there_when_they_are_asked_for(code):
    """In a fresh interpreter each: nothing else has imported what they need."""
    modules_after(f"exec({code!r})")


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
