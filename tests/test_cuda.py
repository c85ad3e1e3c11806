"""The table "cuda": under numba's simulator, on a device where there is one, and what is said where there is none."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import pynn
from pynn import backends, extras
from pynn.keras import Input, Sequential
from pynn.kernels.tables import table
from pynn.layers import Dense

HERE = Path(__file__).parent


def has_package():
    try:
        extras.require("numba_cuda", "cuda")
    except ImportError:
        return False
    return True


needs_package = pytest.mark.skipif(not has_package(), reason="numba-cuda is not installed")


def has_device():
    return has_package() and extras.require("numba.cuda", "cuda").is_available()


needs_device = pytest.mark.skipif(not has_device(), reason="there is no NVIDIA device here")


def start(simulated, *arguments):
    """A program of Python in a process of its own: the simulator is chosen when numba is imported."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_") and k != "NUMBA_ENABLE_CUDASIM"}
    environment = kept | ({"NUMBA_ENABLE_CUDASIM": "1"} if simulated else {})
    command = [sys.executable, "-P", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


# Files of tests over all tables: where there is a device, they run for "cuda" by themselves.
TESTS = [
    ("kernels", "tensor_cores"),
    ("backend_parity", "chunks", "contract", "dlpack", "products", "public_kernels", "public_kernels_out"),
]


@needs_package
@pytest.mark.parametrize("files", TESTS, ids=" ".join)
def test_kernels_under_the_simulator(files):
    paths = [HERE / f"test_{name}.py" for name in files]
    found = start(True, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "cuda", *paths)
    assert re.search(r"\d+ passed", found), found
    assert "skipped" not in found, found


MODELS = [
    ("dense", "regression", "lost", "by_batches"),
    ("binary", "norm", "wide"),
    ("embedded", "double", "own_loss", "changed_between", "on_tape", "own_functions", "replayed"),
]


@needs_package
@pytest.mark.parametrize("models", MODELS, ids=" ".join)
def test_models_under_the_simulator(models):
    assert start(True, "-W", "error", HERE / "cuda_models.py", *models).split()[-1] == "done"


@pytest.mark.gpu
@needs_device
@pytest.mark.parametrize("models", MODELS, ids=" ".join)
def test_models_on_a_device(models):
    assert start(False, "-W", "error", HERE / "cuda_models.py", *models).split()[-1] == "done"


@pytest.fixture
def nothing_chosen():
    before = pynn.get_backend()
    backends._need_device.cache_clear()
    yield
    backends._need_device.cache_clear()
    pynn.set_backend(before)


@pytest.mark.usefixtures("nothing_chosen")
def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba_cuda", None)
    with pytest.raises(ImportError, match=r"pip install \"pynn-kernels\[cuda\]\""):
        pynn.set_backend("cuda")
    assert pynn.get_backend() != "cuda"


@needs_package
@pytest.mark.usefixtures("nothing_chosen")
@pytest.mark.skipif(has_device(), reason="there is a device")
def test_without_a_device(monkeypatch):
    for call in (lambda: pynn.set_backend("cuda"), lambda: table("cuda")):
        with pytest.raises(RuntimeError, match=r"backend 'cuda': there is no NVIDIA device.*set_backend\('cython'\)"):
            call()
    with pytest.raises(RuntimeError, match="no NVIDIA device"):
        pynn.kernels.relu([1.0], backend="cuda")
    monkeypatch.setattr(backends, "_chosen", None)
    monkeypatch.setenv("PYNN_BACKEND", "cuda")
    with pytest.raises(RuntimeError, match="no NVIDIA device"):
        Sequential([Input((2,)), Dense(1)]).predict(np.ones((1, 2)), verbose=0)


@needs_package
def test_the_bench_for_devices(tmp_path):
    """Under the simulator: agreement of a tiny network, and results as JSON; without PyTorch where that is missing."""
    bench = HERE.parent / "bench" / "gpu.py"
    if not bench.exists():
        pytest.skip("the benchmarks are only in the source tree")
    command = [sys.executable, "-P", str(bench), "--smoke", "--workloads=W5", f"--out={tmp_path / 'found.json'}"]
    tool = '#!/bin/sh\n[ $2 = racecheck ] || exit 0\nshift 4\nexec "$@"\n'  # in place of one that finds nothing
    (tmp_path / "compute-sanitizer").write_text(tool)
    (tmp_path / "compute-sanitizer").chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"NUMBA_ENABLE_CUDASIM": "1", "PATH": path}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["W5"]["agreement"]["agrees"]
    assert found["W5"]["seconds"]["pynn cuda"]["median"] > 0
    assert found["tools"] == {tool: {"clean": True} for tool in ("memcheck", "racecheck", "initcheck")}
