"""`pynn bench`: epochs of one small network with pynn and with what else is installed, in turn."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

import pynn
from pynn import keras
from pynn.command_line import peers
from pynn.console import is_terminal
from pynn.datasets import digits

_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_TITLE = "784-100 sigmoid-10 softmax, Adam, batch 32, float32"


class _Contender(NamedTuple):
    """Trains for an epoch; says probabilities."""

    name: str
    epoch: Callable[[], object]
    predict: Callable[[], np.ndarray]


def run(given: argparse.Namespace) -> int:
    """Measure and print the table."""
    if _ONE_THREAD.items() - os.environ.items():
        return _again(given)
    unknown = [name for name in given.only or [] if name not in ("pynn", *peers.MAKERS)]
    if unknown:
        raise ValueError(f"--only: no {unknown[0]!r}; there are {', '.join(peers.MAKERS)}")
    (images, labels), _ = digits.load_data()
    x, y = images[: given.rows].reshape(-1, 784).astype(np.float32) / 255, labels[: given.rows].astype(np.int64)
    random = np.random.default_rng(0)
    weights = [random.normal(0, 0.1, shape).astype(np.float32) for shape in ((784, 100), (100,), (100, 10), (10,))]
    print(f"{_TITLE}; {len(x)} digits an epoch, median of {given.rounds} in turn; BLAS on 1 thread", flush=True)
    contenders, missing = [_pynn(x, y, weights)], []
    for name in given.only or peers.MAKERS:
        if name == "pynn":
            continue
        try:
            title, epoch, predict = peers.MAKERS[name](x, y, [w.copy() for w in weights])
            epoch()  # compiles, and finds what does not work here
            contenders.append(_Contender(title, epoch, predict))
        except ImportError:
            missing.append(name)
        except Exception as error:  # another package's own trouble is no reason to stop
            missing.append(f"{name} ({type(error).__name__}: {' '.join(str(error).split())[:60]})")
    _print(contenders, _measured(contenders, given.rounds), y)
    if missing:
        print(f"not measured: {', '.join(missing)}")
    return 0


def _again(given: argparse.Namespace) -> int:
    """The same in a process whose BLAS has one thread: it is read once, and two are slower for products so small."""
    command = [sys.executable, *["-P"] * sys.flags.safe_path, "-m", "pynn", "bench"]
    command += ["--rounds", str(given.rounds), "--rows", str(given.rows)]
    command += ["--only", ",".join(given.only)] if given.only else []
    return subprocess.run(command, env=os.environ | _ONE_THREAD, check=False).returncode


def _pynn(x: np.ndarray, y: np.ndarray, weights: list[np.ndarray]) -> _Contender:
    layers = keras.layers
    model = keras.Sequential([keras.Input((784,)), layers.Dense(100, "sigmoid"), layers.Dense(10, "softmax")])
    model.set_weights(weights)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, y, 32, verbose=0)
    threads = pynn.get_num_threads()
    name = f"pynn {pynn.__version__}, {threads} thread{'s' * (threads > 1)}"
    return _Contender(name, lambda: model.fit(x, y, 32, verbose=0), lambda: model.predict(x, verbose=0))


def _measured(contenders: list[_Contender], rounds: int) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in contenders]
    for number in range(rounds):
        for contender, found in zip(contenders, times, strict=True):
            if is_terminal():
                print(f"\rround {number + 1}/{rounds}: {contender.name:<30}", end="", flush=True)
            start = time.perf_counter()
            contender.epoch()
            found.append(time.perf_counter() - start)
    if is_terminal():
        print("\r" + " " * 50, end="\r")
    return times


def _print(contenders: list[_Contender], times: list[list[float]], y: np.ndarray) -> None:
    print(f"{'':<28}{'ms an epoch':>12}{'of pynn’s time':>18}{'loss':>9}")
    for contender, found in zip(contenders, times, strict=True):
        # Round by round: what else runs on the machine slows both sides of a ratio.
        ratio = statistics.median(mine / ours for mine, ours in zip(found, times[0], strict=True))
        right = contender.predict()[np.arange(len(y)), y]
        loss = -np.log(np.maximum(right, 1e-7)).mean()
        print(f"{contender.name:<28}{1e3 * statistics.median(found):>12.1f}{ratio:>18.2f}{loss:>9.3f}")
