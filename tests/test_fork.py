"""Fork after use works: the child has a team of workers of its own, and neither side hangs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("pynn", reason="about pynn's workers")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

# `train` is large enough to need the workers; every way below must give the bits it gives here.
PROGRAM = """
import os, sys, warnings
import numpy as np
import pynn
from pynn import keras

warnings.filterwarnings("ignore", "This process", DeprecationWarning)  # Python >= 3.12 warns of threads at every fork

def train(seed):
    keras.utils.set_random_seed(seed)
    x = np.random.default_rng(seed).normal(size=(256, 200)).astype("float32")
    model = keras.Sequential([keras.Input((200,)), keras.layers.Dense(300, "relu"), keras.layers.Dense(200)])
    model.compile("adam", "mse")
    model.fit(x, x, batch_size=128, epochs=3, verbose=0)
    return model.get_weights()[0].tobytes()

if __name__ == "__main__":
    pynn.set_num_threads(3)
    before = train(1)
"""

FORK = """
    pid = os.fork()
    if pid == 0:
        os._exit(0 if train(1) == before else 1)
    assert train(1) == before
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
"""

FORK_IN_FORK = """
    pid = os.fork()
    if pid == 0:
        good = train(1) == before
        inner = os.fork()
        if inner == 0:
            os._exit(0 if train(1) == before else 1)
        _, status = os.waitpid(inner, 0)
        os._exit(0 if good and os.waitstatus_to_exitcode(status) == 0 else 1)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert train(1) == before
"""

POOL = """
    import multiprocessing
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(train, [1, 1, 2]) == [before, before, train(2)]
"""

SPAWN = """
    import multiprocessing
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(train, [1]) == [before]
"""

JOBLIB = """
    from joblib import Parallel, delayed
    for backend in ("loky", "multiprocessing", "threading"):
        seeds = [1, 1, 1] if backend == "threading" else [1, 2, 1]
        got = Parallel(n_jobs=2, backend=backend)(delayed(train)(seed) for seed in seeds)
        if backend != "threading":  # threads share NumPy's global generator, and with it the order of the rows
            assert [got[0], got[2]] == [before, before]
"""

UNUSED = """
    pid = os.fork()
    if pid == 0:
        pynn.set_num_threads(2)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
"""


def run(tmp_path, ending):
    """A file, not -c: spawned and loky children import it."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM + ending + '    print("done")\n')
    command = [sys.executable, "-P", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.stdout.split() == ["done"], done.stderr


@needs_fork
@pytest.mark.parametrize("way", [FORK, FORK_IN_FORK, POOL, UNUSED], ids=["fork", "fork in fork", "pool", "unused"])
def test_fork(tmp_path, way):
    run(tmp_path, way)


def test_spawn(tmp_path):
    run(tmp_path, SPAWN)


@needs_fork
def test_joblib(tmp_path):
    pytest.importorskip("joblib", reason="joblib is optional")
    run(tmp_path, JOBLIB)
