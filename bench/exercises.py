"""The functions of `pynn.kernels` against the lines of NumPy that they stand for, at the sizes of exercises.

    python bench/exercises.py [--rounds 15] [--only WORD ...] [--types float32 float64]

Both run in this process, each round one and then the other, in turn which is first.  Printed are the medians of
microseconds a call and of the ratio NumPy / pynn within a round, with the 10th and 90th percentile: above 1, pynn is
faster.  Threads are those of the environment (OPENBLAS_NUM_THREADS, PYNN_NUM_THREADS).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pynn import kernels

Array = np.ndarray
Call = Callable[[], object]
PRODUCTS = [(32, 784, 100), (32, 100, 10), (32, 8, 30), (32, 30, 1), (1, 784, 100), (1, 8, 30)]
VECTORS = [(100,), (1000,), (10000,)]
BATCHES = [(32, 10), (256, 10), (32, 100)]
RATE, BETA_1, BETA_2, EPSILON = 0.001, 0.9, 0.999, 1e-7
SECONDS = 0.004  # of a round, about


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def relu(x: Array) -> Array:
    return np.maximum(x, 0)


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def crossentropy(z: Array, labels: Array) -> tuple[float, Array]:
    p, rows = softmax(z), np.arange(len(z))
    loss = -np.log(p[rows, labels]).mean()
    p[rows, labels] -= 1
    return loss, p / len(z)


def backward(dy: Array, x: Array, w: Array) -> tuple[Array, Array, Array]:
    return dy @ w.T, x.T @ dy, dy.sum(axis=0)


def backward_relu(dy: Array, x: Array, w: Array, y: Array) -> tuple[Array, Array, Array]:
    return backward(dy * (y > 0), x, w)


def sgd(w: Array, g: Array) -> None:
    w -= RATE * g


def momentum(w: Array, g: Array, m: Array) -> None:
    m *= BETA_1
    m -= RATE * g
    w += m


def rmsprop(w: Array, g: Array, v: Array) -> None:
    v *= BETA_1
    v += (1 - BETA_1) * g**2
    w -= RATE * g / np.sqrt(v + EPSILON)


def adam(w: Array, g: Array, m: Array, v: Array) -> None:
    alpha = RATE * np.sqrt(1 - BETA_2**5) / (1 - BETA_1**5)
    m += (1 - BETA_1) * (g - m)
    v += (1 - BETA_2) * (g**2 - v)
    w -= alpha * m / (np.sqrt(v) + EPSILON)


def products(draw: Callable[..., Array], shape: tuple[int, ...]) -> Iterator[tuple[str, Call, Call]]:
    n, i, o = shape
    x, w, b, dy, size = draw(n, i), draw(i, o), draw(o), draw(n, o), f"{n}x{i}x{o}"
    y = relu(x @ w + b)
    yield f"matmul {size}", lambda: kernels.matmul(x, w), lambda: x @ w
    yield f"matmul_out {size}", lambda: kernels.matmul(x, w, dy), lambda: np.matmul(x, w, out=dy)
    yield f"matmul_tn {size}", lambda: kernels.matmul(x, dy, transpose_a=True), lambda: x.T @ dy
    yield f"matmul_nt {size}", lambda: kernels.matmul(dy, w.T), lambda: dy @ w.T
    yield f"dense {size}", lambda: kernels.dense(x, w, b), lambda: x @ w + b
    yield f"dense_relu {size}", lambda: kernels.dense(x, w, b, "relu"), lambda: relu(x @ w + b)
    yield f"dense_sigmoid {size}", lambda: kernels.dense(x, w, b, "sigmoid"), lambda: sigmoid(x @ w + b)
    yield f"dense_backward {size}", lambda: kernels.dense_backward(dy, x, w), lambda: backward(dy, x, w)
    yield (
        f"dense_backward_relu {size}",
        lambda: kernels.dense_backward(dy, x, w, y, "relu"),
        lambda: backward_relu(dy, x, w, y),
    )


def elementwise(draw: Callable[..., Array], shape: tuple[int, ...]) -> Iterator[tuple[str, Call, Call]]:
    x, dy, size = draw(*shape), draw(*shape), "x".join(map(str, shape))
    y = sigmoid(x)
    yield f"relu {size}", lambda: kernels.relu(x), lambda: relu(x)
    yield f"sigmoid {size}", lambda: kernels.sigmoid(x), lambda: sigmoid(x)
    yield f"tanh {size}", lambda: kernels.tanh(x), lambda: np.tanh(x)
    yield f"leaky_relu {size}", lambda: kernels.leaky_relu(x, 0.1), lambda: np.where(x > 0, x, 0.1 * x)
    yield f"derivative_relu {size}", lambda: kernels.derivative("relu", x), lambda: (x > 0).astype(x.dtype)
    yield (
        f"back_sigmoid {size}",
        lambda: kernels.activation_backward(dy, "sigmoid", y=y),
        lambda: dy * y * (1 - y),
    )
    yield f"softmax {size}", lambda: kernels.softmax(x), lambda: softmax(x)


def losses(draw: Callable[..., Array], shape: tuple[int, ...]) -> Iterator[tuple[str, Call, Call]]:
    z, labels, size = draw(*shape), np.arange(shape[0]) % shape[1], "x".join(map(str, shape))
    hot = np.eye(shape[1], dtype=z.dtype)[labels]
    yield f"crossentropy {size}", lambda: kernels.softmax_crossentropy(z, labels), lambda: crossentropy(z, labels)
    yield (
        f"crossentropy_hot {size}",
        lambda: kernels.softmax_crossentropy(z, hot),
        lambda: (-(hot * np.log(p := softmax(z))).sum(axis=1).mean(), (p - hot) / len(z)),
    )


def updates(draw: Callable[..., Array], shape: tuple[int, ...]) -> Iterator[tuple[str, Call, Call]]:
    w, g, m, v, size = draw(*shape), draw(*shape), draw(*shape), draw(*shape) ** 2, "x".join(map(str, shape))
    yield f"sgd {size}", lambda: kernels.sgd_update(w, g, learning_rate=RATE), lambda: sgd(w, g)
    yield (
        f"momentum {size}",
        lambda: kernels.sgd_update(w, g, m, learning_rate=RATE, momentum=BETA_1),
        lambda: momentum(w, g, m),
    )
    yield f"rmsprop {size}", lambda: kernels.rmsprop_update(w, g, v), lambda: rmsprop(w, g, v)
    yield f"adam {size}", lambda: kernels.adam_update(w, g, m, v, 5), lambda: adam(w, g, m, v)


FAMILIES = [
    (products, PRODUCTS),
    (elementwise, VECTORS + BATCHES),
    (losses, BATCHES),
    (updates, [*VECTORS, (784, 100)]),
]


def seconds(call: Call, times: int) -> float:
    """Of one call, over `times`."""
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def measure(ours: Call, numpys: Call, rounds: int) -> tuple[float, float, Array]:
    """Microseconds of both, and percentiles of the ratio."""
    calls = [numpys, ours]
    seconds(ours, 3)
    times = max(1, int(SECONDS / max(seconds(numpys, 5), seconds(ours, 5))))
    taken = np.empty((rounds, 2))
    for number in range(rounds):
        for which in (0, 1) if number % 2 else (1, 0):
            taken[number, which] = seconds(calls[which], times)
    theirs, own = np.median(taken, axis=0) * 1e6
    return theirs, own, np.percentile(taken[:, 0] / taken[:, 1], [10, 50, 90])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--types", nargs="*", default=["float32", "float64"])
    options = parser.parse_args()
    random = np.random.default_rng(0)
    print("| function, size | type | NumPy, µs | pynn, µs | NumPy / pynn (10 to 90 %) |\n|---|---|---|---|---|")
    for dtype in options.types:

        def draw(*shape: int, dtype: Any = dtype) -> Array:
            return random.normal(size=shape).astype(dtype)

        for name, ours, numpys in (case for family, shapes in FAMILIES for s in shapes for case in family(draw, s)):
            if not options.only or any(word in name for word in options.only):
                theirs, own, (low, ratio, high) = measure(ours, numpys, options.rounds)
                figures = f"{theirs:.2f} | {own:.2f} | {ratio:.2f} ({low:.2f} to {high:.2f})"
                print(f"| {name} | {dtype} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
