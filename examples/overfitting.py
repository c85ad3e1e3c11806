"""Overfitting and its cures: fewer units, L2, dropout, early stopping.

    python examples/overfitting.py [--short]

320 examples, 15 % of them with a wrong label, and a network with 67,000 weights: it learns the examples by heart, the
wrong ones too, and gets worse on new data while it gets better on its own.  Each cure is one line or two.
Sources: Krogh & Hertz 1991, "A simple weight decay can improve generalization"; Prechelt 1998, "Early stopping - but
when?"; Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting".
"""

import sys

import numpy as np

from pynn import keras  # the same with Keras itself: import keras


def make_points(rows, seed, wrong=0.15):
    """Points in 6 dimensions; the class is 1 near the middle of the first two; some labels are turned round."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, 6))
    inside = x[:, 0] ** 2 + x[:, 1] ** 2 < 1.4
    turned = random.random(rows) < wrong
    return x.astype("float32"), (inside != turned).astype("float32")[:, None]


def build(units=256, l2=0.0, dropout=0.0):
    """Two hidden layers, with a penalty on large weights and with units that are left out at random, if asked for."""
    layers = keras.layers
    model = keras.Sequential([keras.Input((6,))])
    for _ in range(2):
        model.add(layers.Dense(units, activation="relu", kernel_regularizer=keras.regularizers.L2(l2) if l2 else None))
        if dropout:
            model.add(layers.Dropout(dropout))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


def main(short=False):
    """Train the same problem with each cure and compare what counts: the loss on data that were not trained on."""
    keras.utils.set_random_seed(6)
    x, y = make_points(320, seed=0)
    unseen = make_points(3_200, seed=1)
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=5, restore_best_weights=True)
    cures = {
        "none": ({}, []),
        "fewer units": ({"units": 12}, []),
        "L2": ({"l2": 0.01}, []),
        "dropout": ({"dropout": 0.5}, []),
        "early stopping": ({}, [stop]),
    }

    results = {}
    print(f"{'cure':15} epochs   loss on its own data    on new data   accuracy on new data")
    for name, (settings, callbacks) in cures.items():
        model = build(**settings)
        history = model.fit(
            x, y, epochs=8 if short else 80, validation_data=unseen, callbacks=callbacks, verbose=0
        ).history
        own, _ = model.evaluate(x, y, verbose=0)
        new, accuracy = model.evaluate(*unseen, verbose=0)
        print(f"{name:15} {len(history['loss']):6}   {own:20.3f}   {new:12.3f}   {accuracy:20.1%}")
        results[name] = {**history, "own": own, "new": new, "accuracy_on_new": accuracy}

    print("\nWithout a cure, the loss on new data by epoch: lowest where one should have stopped")
    losses = results["none"]["val_loss"]
    for epoch in range(0, len(losses), max(1, len(losses) // 10)):
        print(f"  {epoch + 1:3} {losses[epoch]:.3f} " + "#" * round(30 * losses[epoch]))
    print("15 % of the new labels are wrong too: nobody gets more than about 85 % of them right.")
    return results


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
