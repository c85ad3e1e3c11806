"""The table numba: what is laid over it, when it compiles, what is kept on disk, and what is said without numba."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import numpy as np
import pytest

import pynn
from pynn import _core, backends
from pynn.keras import Input, Sequential, layers
from pynn.kernels.contract import OPS
from pynn.kernels.tables import table

needs_numba = pytest.mark.skipif(not backends.has_numba(), reason="needs numba")


@pytest.fixture(autouse=True)
def as_before():
    before = pynn.get_backend()
    yield
    pynn.set_backend(before)


def test_without_numba_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    for ask in (lambda: pynn.set_backend("numba"), lambda: table("numba")):
        with pytest.raises(ImportError, match=r'pip install "pynn-kernels\[numba\]"'):
            ask()


@needs_numba
def test_a_plan_of_two_tables_says_which_step_is_whose():
    pynn.set_backend("numba")
    model = Sequential([Input((6,)), layers.Dense(4, activation="relu"), layers.LayerNormalization(), layers.Dense(2)])
    model.compile("adam", "mse")
    x = np.random.default_rng(0).normal(size=(64, 6)).astype(np.float32)
    model.fit(x, x[:, :2], verbose=0)
    (plan,) = [work.plan for work in model._works.values()]
    origins = {step.op.name: plan.origin(step) for step in plan.steps}
    assert set(origins.values()) == {"numba", "cython"}
    assert origins["dense_relu_forward"] == "numba"
    lines = str(plan).splitlines()
    assert lines[0].split()[:3] == ["phase", "table", "op"]
    assert [line.split()[1] for line in lines[1:]] == [plan.origin(step) for step in plan.steps]
    steps = model.profile(x, x[:, :2], seconds=0.01, return_dict=True)["steps"]
    assert {step["op"]: step["table"] for step in steps} == origins


@needs_numba
def test_hot_paths_have_kernels():
    numba = table("numba")
    own = {name for name, real in numba if numba.origin((name, real)) == "numba"}
    hot = {
        f"dense_{form}" for form in ("forward", "relu_forward", "backward_input", "backward_weights", "weights_adam")
    }
    assert hot | {"softmax_crossentropy", "sparse_softmax_crossentropy", "gather_f32", "dropout_forward"} <= own
    assert {name for name in OPS if name.endswith("_update")} - own == {"adafactor_update", "lamb_update"}


PROGRAM = """
import sys
import numpy as np
import pynn
from pynn.kernels import silu
y = silu(np.linspace(-3, 3, 7, dtype=np.float32), backend="numba")
assert abs(float(y[-1]) - 3 / (1 + np.exp(-3))) < 1e-6
print("numba" in sys.modules)
"""


def run(**environment):
    """What a program of its own prints that needs one kernel, and what it says beside it."""
    env = {k: v for k, v in os.environ.items() if k != "XDG_CACHE_HOME"} | environment
    done = subprocess.run([sys.executable, "-P", "-c", PROGRAM], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), done.stderr.splitlines()


@needs_numba
def test_what_is_compiled_once_is_kept(tmp_path):
    said = "numba compiles 1 kernel, the first time on this computer"
    assert run(NUMBA_CACHE_DIR=str(tmp_path)) == (["True"], [said])
    assert run(NUMBA_CACHE_DIR=str(tmp_path)) == (["False"], [])  # not even numba is imported
    (file,) = (tmp_path / "pynn").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert run(NUMBA_CACHE_DIR=str(tmp_path))[0] == ["True"]  # half a file is none


@needs_numba
def test_nowhere_to_write(tmp_path):
    (tmp_path / "file").write_text("")
    nowhere = str(tmp_path / "file" / "folder")
    for _ in range(2):
        printed, (said,) = run(NUMBA_CACHE_DIR=nowhere, XDG_CACHE_HOME=nowhere, HOME=nowhere, LOCALAPPDATA=nowhere)
        assert printed == ["True"]
        assert said.startswith("numba compiles 1 kernel, in each process: no folder")


def twice_softly(x):
    return 2.0 * math.tanh(x) if x > 0.5 else x * 0.25


@needs_numba
@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_a_kernel_of_ones_own(real):
    from pynn.kernels.numba import compiled
    from pynn.kernels.numba.elementwise import one_input

    kernel = _core.Kernel(OPS["tanh_forward"], compiled(one_input(twice_softly, None), real), real)
    x = np.linspace(-2, 2, 30).reshape(3, 10).astype(real)
    y = np.empty_like(x)
    kernel(x, y)
    np.testing.assert_allclose(y, np.where(x > 0.5, 2 * np.tanh(x), x / 4), rtol=1e-6)
