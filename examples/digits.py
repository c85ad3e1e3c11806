"""Train the lecture's network on handwritten digits and draw what it learned.

    python examples/digits.py [--epochs 20] [--rows 60000] [--picture build/demo/digits.png]

Uses all of MNIST if it is on this machine, the 10,000 digits that ship with pynn otherwise.  Needs matplotlib.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from pynn import keras
from pynn.datasets import digits, files, mnist

TRAINED, HELD_OUT, WRONG = "#0072B2", "#D55E00", "#D55E00"  # Okabe & Ito 2008: told apart by colour-blind eyes too
GRID = (3, 6)  # rows and columns of each block of digits


def load(rows):
    """Name of the data, then images as numbers from 0 to 1 and labels, for training and for the test."""
    if files.find("mnist.npz"):
        name, ((x, y), (x_test, y_test)) = "All of MNIST", mnist.load_data()
    else:
        name, ((x, y), (x_test, y_test)) = "The digits that ship with pynn, a part of MNIST", digits.load_data()
    return name, x[:rows] / np.float32(255), y[:rows], x_test / np.float32(255), y_test


def build(n_hidden=100, n_classes=10):
    """The network of the lecture."""
    model = keras.models.Sequential()
    model.add(keras.Input(shape=(28, 28)))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(n_hidden, activation="sigmoid"))
    model.add(keras.layers.Dense(n_classes, activation="softmax"))
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def draw_curve(axes, history, name, label):
    """One quantity over the epochs, for the digits trained on and for those held out."""
    epochs = range(1, len(history[name]) + 1)
    axes.plot(epochs, history[name], "o-", color=TRAINED, markersize=4, label="training")
    axes.plot(epochs, history[f"val_{name}"], "s--", color=HELD_OUT, markersize=4, label="validation")
    axes.set_ylabel(label)
    axes.grid(color="0.9")
    axes.spines[["top", "right"]].set_visible(False)
    axes.xaxis.get_major_locator().set_params(integer=True)


def draw_digits(figure, title, images, labels, predicted):
    """A block of digits, each under what the network took it for; a wrong answer is framed and says what was right."""
    figure.suptitle(title, fontsize=11)
    grid = figure.subplots(*GRID)
    for axes in grid.flat[len(images) :]:
        axes.set_axis_off()
    for axes, image, label, guess in zip(grid.flat, images, labels, predicted, strict=False):
        wrong = label != guess
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(
            f"{guess}, not {label}" if wrong else f"{guess}", fontsize=9, color=WRONG if wrong else "0.2", pad=3
        )
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set(color=WRONG if wrong else "0.8", linewidth=2 if wrong else 0.8)


def draw(history, images, labels, predicted, path):
    """Learning curves beside the first test digits and the first mistakes."""
    import matplotlib

    matplotlib.use("Agg")  # a picture in a file: works without a screen
    from matplotlib import pyplot

    figure = pyplot.figure(figsize=(11, 5.6), dpi=100, layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.15], wspace=0.03)
    loss, accuracy = left.subplots(2, sharex=True)
    draw_curve(loss, history, "loss", "loss (cross-entropy)")
    draw_curve(accuracy, history, "accuracy", "accuracy")
    loss.legend(frameon=False)
    accuracy.set_xlabel("epoch")

    n, (wrong,) = GRID[0] * GRID[1], np.nonzero(labels != predicted)
    above, below = right.subfigures(2, 1, hspace=0.03)
    draw_digits(above, "The first test digits, and what the network took them for", images, labels, predicted)
    title = f"The first of the {len(wrong)} wrong answers among {len(labels):,}"
    draw_digits(below, title, images[wrong[:n]], labels[wrong[:n]], predicted[wrong[:n]])
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    pyplot.close(figure)


def main(arguments=None):
    """Train, report, draw; return the accuracy on the test digits."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--rows", type=int, default=60_000, help="training digits to use, at most")
    parser.add_argument("--picture", type=Path, default=Path("build/demo/digits.png"))
    options = parser.parse_args(arguments)

    keras.utils.set_random_seed(1)
    name, x, y, x_test, y_test = load(options.rows)
    print(f"{name}: {len(x):,} digits, a tenth of them held out for validation, and {len(x_test):,} for the test.\n")
    model = build()
    started = time.perf_counter()
    history = model.fit(x, keras.utils.to_categorical(y), epochs=options.epochs, validation_split=0.1).history
    seconds = time.perf_counter() - started

    _, accuracy = model.evaluate(x_test, keras.utils.to_categorical(y_test), verbose=0)
    predicted = model.predict(x_test, verbose=0).argmax(axis=1)
    print()
    model.summary()
    print(f"\nTrained for {options.epochs} epochs in {seconds:.1f} s.  Accuracy on the test digits: {accuracy:.2%}")
    draw(history, x_test, y_test, predicted, options.picture)
    print(f"Picture: {options.picture}")
    return accuracy


if __name__ == "__main__":
    main()
