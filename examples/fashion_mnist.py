"""Ten kinds of clothes: a deeper network, and where it goes wrong.

    python examples/fashion_mnist.py [--short]

Fashion-MNIST looks like MNIST, 70,000 pictures of 28 × 28 grey values, and is harder: a shirt and a coat differ less
than a 3 and a 7.  Which kinds the network confuses says more than one percentage does.
Source: Xiao, Rasul & Vollgraf 2017, "Fashion-MNIST: a novel image dataset for benchmarking machine learning
algorithms".
"""

import sys

import numpy as np

from pynn import keras  # the same with Keras itself: import keras

KINDS = ["T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]


def load(rows):
    """Pictures as numbers from 0 to 1 and their kinds, in three parts: to train on, to decide by, to report."""
    (x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
    x, x_test = x / 255.0, x_test / 255.0
    held = rows // 11
    return (x[:rows], y[:rows]), (x[-held:], y[-held:]), (x_test, y_test)


def build():
    """Two hidden layers.  `Rescaling` could divide by 255 as well; here the data come divided."""
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(200, activation="relu"),
            keras.layers.Dense(100, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ],
        name="clothes",
    )


def confusion(truth, answers):
    """Table of counts: row, what it is; column, what the network said."""
    table = np.zeros((10, 10), int)
    np.add.at(table, (truth, answers), 1)
    return table


def main(short=False):
    """Train with a validation set, report the test, print the confusions."""
    keras.utils.set_random_seed(2)
    train, held_out, test = load(rows=3_520 if short else 55_000)

    model = build()
    # Kinds as numbers 0 … 9 need the sparse form of the loss; one-hot rows would need the other one.
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.05, momentum=0.9),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(*train, epochs=2 if short else 15, batch_size=64, validation_data=held_out)

    loss, accuracy = model.evaluate(*test, verbose=0)
    print(f"\nTest: loss {loss:.4f}, accuracy {accuracy:.2%}")

    table = confusion(test[1], model.predict(test[0], verbose=0).argmax(axis=1))
    print("\nOf 1,000 of a kind, so many are recognised, and what the others are mostly taken for:")
    for kind, row in zip(KINDS, table, strict=True):
        right = row[KINDS.index(kind)]
        others = [(count, name) for count, name in zip(row, KINDS, strict=True) if name != kind]
        count, name = max(others)
        print(f"  {kind:9} {right:5}   {count:4} {name}")
    return {**history.history, "test_loss": loss, "test_accuracy": accuracy, "recognised": np.diag(table).tolist()}


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
