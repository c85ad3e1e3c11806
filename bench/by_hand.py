"""A training step that a user writes in Python: pynn's tape and keras.ops against PyTorch and JAX, all step by step.

    python bench/by_hand.py [rows] [rounds]

One network, 784 → 100 relu → 10, cross-entropy, plain gradient descent, on `rows` rows (32 if not said).  Every
contender that is installed gets a process of its own with one thread; a round is 50 steps, and rounds alternate.  The
goal is pynn / torch ≤ 3.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np

STEPS = 50
RATE = 0.1
Step = Callable[[], float]


def arrays(rows: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Rows, their classes and the first weights: the same for all."""
    random = np.random.default_rng(7)
    weights = [random.normal(0, 0.05, shape).astype("float32") for shape in ((784, 100), (100,), (100, 10), (10,))]
    return random.random((rows, 784), "float32"), random.integers(0, 10, rows), weights


def pynn_ops(rows: int) -> Step:
    """Functions of keras.ops on variables."""
    import pynn

    x, y, first = arrays(rows)
    keras, ops = pynn.keras, pynn.keras.ops
    weights = [keras.Variable(w) for w in first]
    w, b, v, c = weights

    def step() -> float:
        with pynn.GradientTape() as tape:
            h = ops.relu(ops.matmul(x, w) + b)
            scores = ops.matmul(h, v) + c
            loss = ops.mean(ops.sparse_categorical_crossentropy(y, scores, from_logits=True))
        for variable, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
            variable.assign_sub(RATE * gradient)
        return float(loss)

    return step


def torch(rows: int) -> Step:
    """PyTorch, eager."""
    import torch as t

    t.set_num_threads(1)
    x, y, first = arrays(rows)
    x, y = t.from_numpy(x), t.from_numpy(y)
    weights = [t.from_numpy(w).requires_grad_() for w in first]
    w, b, v, c = weights

    def step() -> float:
        loss = t.nn.functional.cross_entropy(t.relu(x @ w + b) @ v + c, y)
        gradients = t.autograd.grad(loss, weights)
        with t.no_grad():
            for variable, gradient in zip(weights, gradients, strict=True):
                variable -= RATE * gradient
        return loss.item()

    return step


def jax(rows: int) -> Step:
    """JAX without compilation."""
    import jax as j

    x, y, weights = arrays(rows)

    def loss_of(weights: list[np.ndarray]) -> object:
        w, b, v, c = weights
        scores = j.nn.log_softmax(j.nn.relu(x @ w + b) @ v + c)
        return -scores[np.arange(rows), y].mean()

    gradient = j.value_and_grad(loss_of)

    def step() -> float:
        nonlocal weights
        loss, slopes = gradient(weights)
        weights = [w - RATE * g for w, g in zip(weights, slopes, strict=True)]
        return float(loss)

    return step


CONTENDERS = {"pynn": pynn_ops, "torch": torch, "jax": jax}


def answer(name: str, rows: int) -> None:
    """What a contender's process does: a line of JSON for each line it gets."""
    step = CONTENDERS[name](rows)
    losses = [step() for _ in range(10)]
    print(json.dumps(losses[-1]), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        for _ in range(STEPS):
            step()
        print(json.dumps((time.perf_counter() - start) / STEPS * 1e6), flush=True)


def start(name: str, rows: int) -> tuple[subprocess.Popen[str], float]:
    """The process of a contender, and its loss after ten steps."""
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "PYNN_NUM_THREADS"), "1")
    flags = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}
    command = [sys.executable, "-P", __file__, "--contender", name, str(rows)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | single | flags
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def rounds_of(processes: dict[str, subprocess.Popen[str]], rounds: int) -> Iterator[dict[str, float]]:
    for _ in range(rounds):
        found = {}
        for name, process in processes.items():
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("go\n")
            process.stdin.flush()
            found[name] = json.loads(process.stdout.readline())
        yield found


def main(rows: int = 32, rounds: int = 15) -> None:
    """Print a table: median, least and greatest time of a step, and the median ratio to each."""
    started = {name: start(name, rows) for name in CONTENDERS if importlib.util.find_spec(name)}
    reference = started["pynn"][1]
    table = list(rounds_of({name: process for name, (process, _) in started.items()}, rounds))
    for name, (process, loss) in started.items():
        times = [row[name] for row in table]
        ratio = float(np.median([row["pynn"] / row[name] for row in table]))
        spread = f"[{min(times):.0f}, {max(times):.0f}]"
        print(f"{name:6} {np.median(times):8.0f} µs a step {spread:18} pynn / {name}: {ratio:.2f}")
        if abs(loss - reference) > 1e-4 * abs(reference):
            print(f"       ! its loss after ten steps is {loss}, pynn's {reference}: this does not count")
        process.communicate("")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--contender"]:
        answer(sys.argv[2], int(sys.argv[3]))
    else:
        main(*map(int, sys.argv[1:]))
