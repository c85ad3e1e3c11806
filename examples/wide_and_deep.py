"""Wide and deep: a network that remembers single cases and follows smooth laws.

    python examples/wide_and_deep.py [--short]

How much ice cream does a kiosk sell?  Temperature and price act smoothly: a deep network learns such laws.  And there
are habits that follow no law, a match at kiosk 3 on Saturdays, a school at kiosk 5 on weekdays: these one has to know
by heart, one number for each pair of kiosk and day, which is a layer without hidden units on one-hot pairs.  The
functional form joins both: layers are called on tensors, and a model is what lies between its inputs and its outputs.
Source: Cheng et al. 2016, "Wide & deep learning for recommender systems".
"""

import sys

import numpy as np

from pynn import keras  # the same with Keras itself: import keras

KIOSKS, DAYS = 6, 7


def make_sales(rows, seed):
    """Inputs `pair` (one-hot kiosk × day) and `weather` (temperature, price, sunshine), and the sales in hundreds."""
    habits = np.random.default_rng(99).normal(0, 0.8, KIOSKS * DAYS)  # the same in every data set
    random = np.random.default_rng(seed)
    pair = random.integers(KIOSKS * DAYS, size=rows)
    weather = random.uniform([5, 1, 0], [35, 3, 1], (rows, 3))
    temperature, price, sunshine = weather.T
    smooth = 3 / (1 + np.exp(-(temperature - 22) / 4)) * (0.5 + sunshine) / price
    sales = smooth + habits[pair] + random.normal(0, 0.1, rows)
    scaled = (weather - [20, 2, 0.5]) / [9, 0.6, 0.3]
    return [keras.utils.to_categorical(pair, KIOSKS * DAYS), scaled.astype("float32")], sales.astype("float32")[:, None]


def build(wide=True, deep=True):
    """The two ways from the inputs to the output; one of them can be left out, its input is then not used."""
    pair = keras.Input((KIOSKS * DAYS,), name="pair")
    weather = keras.Input((3,), name="weather")
    ways = []
    if wide:
        ways.append(pair)
    if deep:
        hidden = keras.layers.Dense(30, activation="relu")(weather)
        ways.append(keras.layers.Dense(30, activation="relu")(hidden))
    joined = keras.layers.Concatenate()(ways) if len(ways) > 1 else ways[0]
    output = keras.layers.Dense(1, name="sales")(joined)
    model = keras.Model(inputs=[pair, weather], outputs=output)
    model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse", metrics=["mae"])
    return model


def main(short=False):
    """Train the wide way, the deep way, and both."""
    keras.utils.set_random_seed(4)
    x, y = make_sales(1_920 if short else 12_800, seed=0)
    x_test, y_test = make_sales(1_600, seed=1)

    results = {}
    for name, ways in {"wide": (True, False), "deep": (False, True), "wide and deep": (True, True)}.items():
        model = build(*ways)
        if all(ways):
            model.summary()
        history = model.fit(x, y, epochs=3 if short else 25, validation_split=0.1, verbose=0)
        loss, error = model.evaluate(x_test, y_test, verbose=0)
        print(f"{name:14} squared error {loss:.4f}, mean error {100 * error:.1f} ice creams")
        results[name] = {**history.history, "test_loss": loss, "test_mae": error}
    print("The noise in the data is 0.01: no model can do better.")
    return results


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
