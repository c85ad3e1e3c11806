"""Search for hyper-parameters: draw settings, train a little, keep the best, train those longer.

    python examples/hyperparameter_search.py [--short]

How many layers, how many units, which activation, what rate?  Drawing settings at random covers the few that matter
better than a grid does; and most bad ones are known to be bad after a few epochs, so that half of the candidates are
dropped in every round and the others get twice the time.
Sources: Bergstra & Bengio 2012, "Random search for hyper-parameter optimization"; Jamieson & Talwalkar 2016,
"Non-stochastic best arm identification and hyperparameter optimization" (successive halving).
"""

import sys

import numpy as np

from pynn import keras  # the same with Keras itself: import keras


def make_spirals(rows, seed):
    """Two spirals, one in the other: shape (rows, 2), and which one it is."""
    random = np.random.default_rng(seed)
    arm = random.integers(2, size=rows)
    angle = random.uniform(0.5, 3, rows) * np.pi
    points = np.column_stack([np.cos(angle + np.pi * arm), np.sin(angle + np.pi * arm)]) * (angle / np.pi)[:, None]
    return (points + random.normal(0, 0.18, points.shape)).astype("float32"), arm.astype("float32")[:, None]


def draw(random):
    """One candidate.  Rates and sizes are drawn by their logarithm: 0.001 to 0.01 is as likely as 0.01 to 0.1."""
    return {
        "learning_rate": float(10 ** random.uniform(-4, -1)),
        "layers": int(random.integers(1, 4)),
        "units": int(2 ** random.uniform(2, 6)),
        "activation": str(random.choice(["relu", "tanh", "sigmoid"])),
        "optimizer": str(random.choice(["sgd", "adam", "rmsprop"])),
    }


def build(settings):
    """The network that the settings describe."""
    model = keras.Sequential([keras.Input((2,))])
    for _ in range(settings["layers"]):
        model.add(keras.layers.Dense(settings["units"], activation=settings["activation"]))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    optimizer = keras.optimizers.get(settings["optimizer"])
    optimizer.learning_rate = settings["learning_rate"]
    model.compile(optimizer, loss="binary_crossentropy", metrics=["accuracy"])
    return model


def main(short=False):
    """Successive halving; then the best candidate once more, on all the data, and the test."""
    keras.utils.set_random_seed(12)
    x, y = make_spirals(640 if short else 1_280, seed=0)
    held_out, test = make_spirals(640, seed=1), make_spirals(1_600, seed=2)
    random, epochs = np.random.default_rng(5), 1 if short else 3

    candidates = [{"settings": draw(random)} for _ in range(4 if short else 32)]
    for candidate in candidates:
        candidate["model"] = build(candidate["settings"])
    rounds = []
    while len(candidates) > 1:
        for candidate in candidates:
            candidate["model"].fit(x, y, epochs=epochs, verbose=0)  # goes on where the last round ended
            candidate["loss"] = candidate["model"].evaluate(*held_out, verbose=0)[0]
        candidates.sort(key=lambda candidate: candidate["loss"])
        rounds.append([candidate["loss"] for candidate in candidates])
        print(f"{len(candidates):2} candidates, {epochs:2} epochs more: losses {np.round(rounds[-1][:8], 3)}")
        candidates, epochs = candidates[: len(candidates) // 2], 2 * epochs

    best = candidates[0]["settings"]
    print("\nBest:", best)
    model = build(best)
    everything = np.concatenate([x, held_out[0]]), np.concatenate([y, held_out[1]])
    history = model.fit(*everything, epochs=3 if short else 60, verbose=0).history
    # The validation set chose the candidate, so its loss is too good to be true; the test set chose nothing.
    loss, accuracy = model.evaluate(*test, verbose=0)
    print(f"Trained anew on all: test loss {loss:.4f}, accuracy {accuracy:.2%}")
    found = {f"round {number}": losses for number, losses in enumerate(rounds, start=1)}
    return {**found, **history, "test_loss": loss, "test_accuracy": accuracy, "layers": best["layers"]}


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
