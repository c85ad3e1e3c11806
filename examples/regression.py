"""Predict a number from a table: how much power heats this house?

    python examples/regression.py [--short]

The columns have their own units: square metres, degrees, air changes.  `Normalization` learns the mean and the spread
of each column and brings all of them to the same scale; without it the network learns slowly or not at all.

The data are made here, from the physics, so that the best possible error is known:

    P = (U_walls · A_walls + U_windows · A_windows + 0.34 · n · V) · (T_inside − T_outside)   [W]

with 0.34 Wh/(m³ K), the heat capacity of air; then each measurement is off by 5 %.
"""

import sys

import numpy as np

from pynn import keras  # the same with Keras itself: import keras

COLUMNS = ["walls m²", "U walls", "windows m²", "U windows", "volume m³", "air changes /h", "inside °C", "outside °C"]
LOWEST = [80, 0.15, 8, 0.7, 200, 0.2, 18, -15]
HIGHEST = [300, 1.5, 50, 3.0, 900, 1.0, 24, 15]
NOISE = 0.05


def make_houses(rows, seed):
    """Table of houses, shape (rows, 8), and the power in kW that heats each, shape (rows, 1)."""
    random = np.random.default_rng(seed)
    x = random.uniform(LOWEST, HIGHEST, (rows, len(COLUMNS)))
    walls, u_walls, windows, u_windows, volume, changes, inside, outside = x.T
    watts = (u_walls * walls + u_windows * windows + 0.34 * changes * volume) * (inside - outside)
    measured = watts * random.normal(1, NOISE, rows)
    return x.astype("float32"), (measured / 1000).astype("float32")[:, None]


def build(*first):
    """Two hidden layers after what comes first; one output without an activation, since power has no upper bound."""
    layers = keras.layers
    hidden = [layers.Dense(32, activation="relu"), layers.Dense(32, activation="relu")]
    model = keras.Sequential([keras.Input((len(COLUMNS),)), *first, *hidden, layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse", metrics=["mae"])
    return model


def line(x, y, x_test):
    """Predictions of linear regression, fitted by least squares: what a network has to beat."""
    with_one = np.column_stack([x, np.ones(len(x))])
    coefficients, *_ = np.linalg.lstsq(with_one, y, rcond=None)
    return np.column_stack([x_test, np.ones(len(x_test))]) @ coefficients


def r2(y, predicted):
    """Share of the spread of y that is explained: 1 is perfect, 0 is as good as the mean."""
    return float(1 - ((y - predicted) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def main(short=False):
    """Train with and without normalization; compare with a straight line and with what the noise allows."""
    keras.utils.set_random_seed(3)
    x, y = make_houses(1_920 if short else 9_600, seed=0)
    x_test, y_test = make_houses(1_920, seed=1)

    normalization = keras.layers.Normalization()
    normalization.adapt(x)  # from the training data only: the test must stay unseen
    print("A house, as measured:  ", np.round(x[0], 2))
    print("and as the network sees it:", np.round(np.asarray(normalization(x[:1]))[0], 2))

    results, scores = {}, {}
    for name, model in {"as measured": build(), "normalized": build(normalization)}.items():
        history = model.fit(x, y, epochs=3 if short else 60, validation_split=0.2, verbose=0)
        predicted = model.predict(x_test, verbose=0)
        results[name], scores[name] = history.history, r2(y_test, predicted)
        print(f"\n{name}: validation loss {history.history['val_loss'][-1]:.3f}, R² on the test {scores[name]:.4f}")
        print(f"  measured {np.round(y_test[:5, 0], 1)} kW, predicted {np.round(predicted[:5, 0], 1)} kW")

    print(f"\nA straight line reaches R² {r2(y_test, line(x, y, x_test)):.4f}.")
    print(f"The noise alone leaves a squared error of about {np.mean((NOISE * y_test) ** 2):.3f} kW².")
    return {"scores": scores, **results}


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
