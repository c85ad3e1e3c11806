"""An autoencoder: digits through a bottleneck, without labels.

    python examples/autoencoder.py [--short]

The network learns to give back its input, but in between there are only 16 numbers: it has to find out what matters
in a digit.  Encoder and decoder are models of their own; joined they are a third one that shares their weights.  The
best that straight lines and planes can do, principal components, is there for comparison; and pictures that are no
digits come back badly, which is how odd cases are found.
Source: Hinton & Salakhutdinov 2006, "Reducing the dimensionality of data with neural networks".
"""

import sys

import numpy as np

from pynn import keras  # the same with Keras itself: import keras

CODE = 16


def load(rows):
    """Digits as rows of 784 numbers from 0 to 1; nobody looks at the labels."""
    (x, _), (x_test, _) = keras.datasets.mnist.load_data()
    return x[:rows].reshape(-1, 784).astype("float32") / 255, x_test[:1_600].reshape(-1, 784).astype("float32") / 255


def build():
    """Encoder 784 → 16, decoder 16 → 784, and both in a row."""
    layers = keras.layers
    picture = keras.Input((784,), name="picture")
    hidden = layers.Dense(128, activation="elu")(picture)
    encoder = keras.Model(picture, layers.Dense(CODE, name="code")(hidden), name="encoder")

    code = keras.Input((CODE,), name="code_in")
    hidden = layers.Dense(128, activation="elu")(code)
    decoder = keras.Model(code, layers.Dense(784, activation="sigmoid")(hidden), name="decoder")

    autoencoder = keras.Model(picture, decoder(encoder(picture)), name="autoencoder")
    autoencoder.compile(optimizer="adam", loss="binary_crossentropy", metrics=["mse"])
    return encoder, decoder, autoencoder


def principal_components(x, x_test):
    """The test pictures, each by its 16 coordinates along the directions of greatest spread."""
    mean = x.mean(axis=0)
    _, directions = np.linalg.eigh(np.cov(x, rowvar=False))  # in columns, the one of greatest spread last
    along = directions[:, -CODE:]
    return mean + (x_test - mean) @ along @ along.T


def show(*pictures):
    """Pictures beside each other, in letters: every second row and column."""
    for row in range(0, 28, 2):
        print("   ".join("".join(" .:*#"[int(4.99 * p)] for p in picture[row, ::2]) for picture in pictures))


def main(short=False):
    """Train, compare, look, and find what is no digit."""
    keras.utils.set_random_seed(9)
    x, x_test = load(3_200 if short else 60_000)
    encoder, decoder, autoencoder = build()
    autoencoder.summary()
    epochs, held_out = 3 if short else 15, (x_test, x_test)
    history = autoencoder.fit(x, x, epochs=epochs, batch_size=64, validation_data=held_out, verbose=2)

    codes = encoder.predict(x_test, verbose=0)  # trained with the whole: the weights are shared
    back = decoder.predict(codes, verbose=0)
    error = float(np.mean((back - x_test) ** 2))
    linear = float(np.mean((principal_components(x[:3_200], x_test) - x_test) ** 2))
    print(f"\n{CODE} numbers a digit.  Squared error: autoencoder {error:.4f}, principal components {linear:.4f}\n")
    show(*x_test[:4].reshape(-1, 28, 28))
    show(*back[:4].reshape(-1, 28, 28))

    odd = np.random.default_rng(0).permuted(x_test[:200], axis=1)  # as much ink, but in no order
    as_digits = autoencoder.evaluate(x_test[:200], x_test[:200], verbose=0)[1]
    as_odd = autoencoder.evaluate(odd, odd, verbose=0)[1]
    print(f"\nSquared error of digits {as_digits:.4f}, of scattered ink {as_odd:.4f}")
    return {**history.history, "error": error, "as_digits": as_digits, "as_odd": as_odd, "code": codes[0].tolist()}


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
