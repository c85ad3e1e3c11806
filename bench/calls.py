"""What one call costs beside the arithmetic: ``python bench/calls.py [--rounds 40] [--json FILE]``.

A network 784-300-100-10 (ReLU, softmax) on one row, by every door that a program uses in a loop, against the same
arithmetic in NumPy; then rows a second of `predict` for several values of `batch_size`, against NumPy at its best.
Rounds alternate, ratios are taken round by round, pynn / NumPy: below 1, pynn is faster.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pynn import keras
from pynn.keras.layers import Dense, Input

SIZES = (784, 300, 100, 10)
ROWS, BATCHES = 8192, (1, 16, 32, 64, 128, 256, 1024, 8192)


def network() -> keras.Sequential:
    """The network of workload W2."""
    hidden = [Dense(units, "relu") for units in SIZES[1:-1]]
    model = keras.Sequential([Input((SIZES[0],)), *hidden, Dense(SIZES[-1], "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def by_hand(weights: list[np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """The same in NumPy, as one writes it."""
    w1, b1, w2, b2, w3, b3 = weights

    def forward(x: np.ndarray) -> np.ndarray:
        h = np.maximum(x @ w1 + b1, 0)
        h = np.maximum(h @ w2 + b2, 0)
        z = h @ w3 + b3
        z = np.exp(z - z.max(axis=1, keepdims=True))
        return z / z.sum(axis=1, keepdims=True)

    return forward


def alternate(cases: dict[str, Callable[[], object]], rounds: int, times: int) -> dict[str, list[float]]:
    """Seconds of one call, a round at a time; who goes first moves on."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    names = list(cases)
    for r in range(-1, rounds):
        for name in names[r % len(names) :] + names[: r % len(names)]:
            call = cases[name]
            start = time.perf_counter()
            for _ in range(times):
                call()
            if r >= 0:  # the first round warms up
                seconds[name].append((time.perf_counter() - start) / times)
    return seconds


def ratio(seconds: dict[str, list[float]], name: str, base: str) -> float:
    """The median of the ratios of each round."""
    return statistics.median(a / b for a, b in zip(seconds[name], seconds[base], strict=True))


def one_row(rounds: int) -> dict[str, tuple[float, float]]:
    """Microseconds and ratio to NumPy, by door."""
    model, x, y = network(), np.random.default_rng(0).random((1, SIZES[0]), dtype=np.float32), np.array([3])
    forward, layer = by_hand(model.get_weights()), Dense(SIZES[1], "relu")
    layer(x)
    weights, bias = layer.get_weights()
    cases: dict[str, Callable[[], object]] = {
        "NumPy": lambda: forward(x),
        "model(x)": lambda: model(x),
        "predict(x, verbose=0)": lambda: model.predict(x, verbose=0),
        "predict_on_batch": lambda: model.predict_on_batch(x),
        "test_on_batch": lambda: model.test_on_batch(x, y),
        "train_on_batch": lambda: model.train_on_batch(x, y),
        "NumPy, one layer": lambda: np.maximum(x @ weights + bias, 0),
        "Dense(300)(x)": lambda: layer(x),
    }
    seconds = alternate(cases, rounds, 20)
    bases = {name: "NumPy, one layer" if "layer" in name or "Dense" in name else "NumPy" for name in cases}
    return {n: (statistics.median(s) * 1e6, ratio(seconds, n, bases[n])) for n, s in seconds.items()}


def many_rows(rounds: int) -> dict[str, tuple[float, float]]:
    """Thousands of rows a second and ratio of the times to NumPy's at its best batch, by `batch_size`."""
    model, x = network(), np.random.default_rng(0).random((ROWS, SIZES[0]), dtype=np.float32)
    forward = by_hand(model.get_weights())
    cases: dict[str, Callable[[], object]] = {
        f"NumPy {b}": lambda b=b: [forward(x[i : i + b]) for i in range(0, ROWS, b)] for b in BATCHES if b >= 32
    }
    cases |= {f"predict {b}": lambda b=b: model.predict(x, batch_size=b, verbose=0) for b in BATCHES}
    seconds = alternate(cases, rounds, 1)
    best = min((name for name in cases if name.startswith("NumPy")), key=lambda name: statistics.median(seconds[name]))
    return {n: (ROWS / statistics.median(s) / 1e3, ratio(seconds, n, best)) for n, s in seconds.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = {"µs a call": one_row(given.rounds), "thousand rows a second": many_rows(max(3, given.rounds // 4))}
    for unit, table in found.items():
        print(f"{unit:28}{'median':>10}{'/ NumPy':>10}")
        for name, (value, over) in table.items():
            print(f"  {name:26}{value:10.1f}{over:10.2f}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
