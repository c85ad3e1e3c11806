"""Several ranks: started for real by mpiexec where there is one; who takes which rows, in one process."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pynn.distributed as hvd
from pynn import keras, ranks
from pynn.distributed import shards
from pynn.distributed.group import _share_of_cores
from pynn.threads import default_num_threads

PROGRAMS = Path(__file__).resolve().parent / "ranks"
BESIDE = Path(sys.executable).parent / "mpiexec"
MPIEXEC = str(BESIDE) if BESIDE.exists() else shutil.which("mpiexec")
counts = st.integers(1, 7)


def can_start():
    """Whether mpi4py and an MPI library are there for this Python."""
    return MPIEXEC and subprocess.run([sys.executable, "-c", "import mpi4py.MPI"], capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def mpi():
    if not can_start():
        pytest.skip("needs mpi4py, an MPI library and mpiexec: pip install mpi4py mpich")


def start(count, program, *words, folder, seconds=300, module=()):
    """Run a program on so many ranks; whatever it left is killed after the time."""
    command = [MPIEXEC, "-n", str(count), sys.executable, *module, str(PROGRAMS / program), *words]
    env = {k: v for k, v in os.environ.items() if k != "PYNN_NUM_THREADS"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=pipe, stderr=subprocess.STDOUT, text=True, cwd=folder, env=env, start_new_session=True
    ) as process:
        try:
            out, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, _ = process.communicate()
            pytest.fail(f"{program} {words} hangs:\n{out}")
    return process.returncode, out


@given(rows=st.integers(0, 60), batch=counts, size=counts)
@settings(max_examples=60, deadline=None)
def test_every_row_is_taken_once_in_equally_many_steps(rows, batch, size):
    order = np.random.default_rng(rows).permutation(rows)
    shares = [shards.order_of(order, batch, size, rank) for rank in range(size)]
    assert sorted(np.concatenate(shares).tolist()) == list(range(rows))
    steps = shards.steps_of(rows, batch, size)
    assert max(-(-len(share) // batch) for share in shares) == steps
    for step in range(steps):
        together = np.concatenate([share[step * batch : (step + 1) * batch] for share in shares])
        alone = order[step * batch * size : (step + 1) * batch * size]
        assert sorted(together) == sorted(alone)
    assert all(share.flags.c_contiguous and share.dtype == np.int64 for share in shares)


@given(rows=st.integers(0, 40), size=counts)
@settings(max_examples=30, deadline=None)
def test_a_tail_is_spread_evenly(rows, size):
    parts = [shards.tail_of(rows, size, rank) for rank in range(size)]
    assert [part.start for part in parts[1:]] == [part.stop for part in parts[:-1]]
    assert (parts[0].start, parts[-1].stop) == (0, rows)
    assert {part.stop - part.start for part in parts} <= {rows // size, rows // size + 1}


def test_cores_are_divided_among_those_who_may_use_them():
    assert _share_of_cores([list(range(8))] * 2) == 4 or os.cpu_count() != 8
    everybody = (
        sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
    )
    assert _share_of_cores([everybody]) == len(everybody)
    assert _share_of_cores([everybody, everybody]) == max(1, len(everybody) // 2)
    assert _share_of_cores([everybody, []]) == len(everybody)  # bound to cores of its own


def test_before_init():
    for needs in (
        hvd.rank,
        hvd.size,
        hvd.local_rank,
        lambda: hvd.DistributedOptimizer("sgd"),
        lambda: hvd.allreduce(1),
    ):
        with pytest.raises(ValueError, match=r"call pynn\.distributed\.init\(\) first"):
            needs()
    hvd.shutdown()
    assert not hvd.is_initialized()


def test_other_ranks_are_silent(capsys):
    ranks.settle(1, 2)
    try:
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).summary()
    finally:
        ranks.settle(0, 1)
    assert capsys.readouterr().out == ""


def test_without_mpi4py(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    with pytest.raises(ImportError, match=r'pip install "pynn-kernels\[mpi\]"'):
        hvd.init()


def test_another_mpi(mpi):
    env = {**os.environ, "OMPI_COMM_WORLD_SIZE": "4"}
    program = [sys.executable, "-c", "import pynn.distributed as hvd; hvd.init()"]
    run = subprocess.run(program, env=env, capture_output=True, text=True, timeout=200)
    assert "RuntimeError: mpiexec has started several processes (OMPI_COMM_WORLD_SIZE=4)" in run.stderr


def test_alone(mpi, tmp_path):
    """A program that was not started by mpiexec is one rank; it trains as without all this."""
    program = """
import pickle, sys, numpy as np, pynn, pynn.distributed as hvd
from pynn import keras
assert "mpi4py" not in sys.modules
hvd.init(); hvd.init()
assert (hvd.rank(), hvd.size(), hvd.local_rank(), hvd.local_size()) == (0, 1, 0, 1)
def trained(wrap):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1)])
    model.compile(wrap(keras.optimizers.Adam()), "mse")
    model.fit(np.ones((50, 4)), np.ones((50, 1)), epochs=2, verbose=0)
    return model
a, b = trained(hvd.DistributedOptimizer), trained(lambda optimizer: optimizer)
assert all((v == w).all() for v, w in zip(a.get_weights(), b.get_weights()))
copy = pickle.loads(pickle.dumps(a))
copy.fit(np.ones((50, 4)), np.ones((50, 1)), verbose=0)
assert keras.optimizers.serialize(a.optimizer)["class_name"] == "Adam" and a.optimizer.exchange is not None
assert hvd.allreduce([1, 2]).tolist() == [1, 2] and hvd.broadcast(3) == 3
hvd.shutdown()
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, timeout=200)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("program", ["training.py", "fitting.py"])
def test_the_numbers_of_one_process(mpi, count, program, tmp_path):
    code, out = start(count, program, folder=tmp_path, module=("-m", "mpi4py") if count == 2 else ())
    assert code == 0, out
    assert out.count("GOOD") == count


def test_manners(mpi, tmp_path):
    code, out = start(2, "manners.py", folder=tmp_path)
    assert code == 0, out
    assert out.count("GOOD") == 2
    assert out.count("- loss: ") == out.count("Total params") == 1  # rank 0 prints
    workers = max(1, default_num_threads() // 2)
    assert out.count(f"WORKERS {workers} of local") == 2


ENDS = {
    "raise": "ArithmeticError: rank with a mistake",
    "exit": "left fit with SystemExit",
    "batch": "ZeroDivisionError",
    "door": "expected axis -1 of input shape to have value 4",
    "leave": "fit on ranks 0, 1; the end of its program on rank 2",
    "caught": "the end of its program on rank",
    "alone": "fit on rank 0; allreduce on rank 1",
    "_exit": "",
    "kill": "",
}


@pytest.mark.parametrize("how", ENDS)
def test_a_rank_that_fails_ends_the_job(mpi, how, tmp_path):
    count = 3 if how in ("raise", "kill", "leave") else 2
    code, out = start(count, "dying.py", how, folder=tmp_path)
    assert code != 0, out
    assert ENDS[how] in out
    assert "ended well" not in out


def test_a_job_that_is_well_ends_well(mpi, tmp_path):
    code, out = start(2, "dying.py", "none", folder=tmp_path, module=("-m", "mpi4py"))
    assert (code, out.count("ended well")) == (0, 2), out


PAGE = PROGRAMS.parent.parent / "docs" / "several_machines.md"


@pytest.mark.skipif(not PAGE.exists(), reason="the page is only in the source tree")
def test_the_program_of_the_page(mpi, tmp_path):
    program = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    (tmp_path / "train.py").write_text(program)
    code, out = start(2, tmp_path / "train.py", folder=tmp_path, module=("-m", "mpi4py"))
    assert code == 0, out
    assert out.count("val_loss") == 2  # of each epoch once


BENCH = PROGRAMS.parent.parent / "bench" / "ranks.py"


@pytest.mark.skipif(not BENCH.exists(), reason="the bench is only in the source tree")
def test_the_bench_runs(mpi, tmp_path):
    code, out = start(2, BENCH, "--smoke", folder=tmp_path)
    assert code == 0, out
    assert "2 ranks, same batch" in out


def test_an_exchange_is_pickled_without_mpi():
    from pynn.distributed.exchange import Exchange

    assert pickle.loads(pickle.dumps(Exchange(True))).own_rows
