"""Training with a user's own activation or loss over training with the built-in one: ``python bench/own_kernels.py``.

Rounds alternate, and shown is the median of the ratios within a round, so that what else runs on the machine meets
both.  1 is the built-in's speed; the goal is 0.8.  ``--rounds=N`` (default 15), ``--backend=cython|numba|reference``.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time

import numpy as np

import pynn
from pynn import keras, kernels


@kernels.activation
def my_swish(x):
    return x / (1 + math.exp(-x))


@kernels.activation
def my_gelu(x):
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


@kernels.activation
def my_relu(x):
    return x if x > 0 else 0.0


@kernels.loss
def my_mse(y_true, y_pred):
    return (y_true - y_pred) ** 2


# name → sizes of layers, rows, rows a batch.
NETWORKS = {"784-100-10": ((784, 100, 10), 6400, 32), "64-32-10": ((64, 32, 10), 12800, 32)}
NETWORKS |= {"256-512-512-10": ((256, 512, 512, 10), 6400, 128)}
PAIRS = {
    "silu": ("silu", my_swish, "mse", "mse"),
    "gelu": ("gelu", my_gelu, "mse", "mse"),
    "relu": ("relu", my_relu, "mse", "mse"),
    "mse": ("tanh", "tanh", "mse", my_mse),
}


def model(sizes, activation, loss):
    keras.utils.set_random_seed(0)
    made = keras.Sequential([keras.Input((sizes[0],))])
    for units in sizes[1:-1]:
        made.add(keras.layers.Dense(units, activation=activation))
    made.add(keras.layers.Dense(sizes[-1]))
    made.compile("adam", loss)
    return made


def ratio(network, pair, rounds):
    """The built-in's time of an epoch over the own one's."""
    (sizes, rows, batch), (built_in, own, loss, own_loss) = NETWORKS[network], PAIRS[pair]
    draw = np.random.default_rng(0)
    x, y = (draw.normal(size=(rows, n)).astype("float32") for n in (sizes[0], sizes[-1]))
    pair_of_models = model(sizes, built_in, loss), model(sizes, own, own_loss)
    found = []
    for number in range(rounds + 1):
        spent = {}
        for which in (0, 1) if number % 2 else (1, 0):
            start = time.perf_counter()
            pair_of_models[which].fit(x, y, batch_size=batch, verbose=0)
            spent[which] = time.perf_counter() - start
        found.append(spent[0] / spent[1])
    return statistics.median(found[1:])  # the first round compiles


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--backend", default="cython")
    options.add_argument("--smoke", action="store_true", help="one network, one round")
    given = options.parse_args()
    pynn.set_backend(given.backend)
    print(f"speed with one's own over the built-in one, {given.backend}, {pynn.get_num_threads()} threads")
    print(f"{'':18}" + "".join(f"{name:>8}" for name in PAIRS))
    for network in list(NETWORKS)[1:2] if given.smoke else NETWORKS:
        found = [ratio(network, pair, 1 if given.smoke else given.rounds) for pair in PAIRS]
        print(f"{network:18}" + "".join(f"{value:8.2f}" for value in found))


if __name__ == "__main__":
    main()
