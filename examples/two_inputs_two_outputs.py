"""Two inputs, two outputs: what wave is this, and how fast is it?

    python examples/two_inputs_two_outputs.py [--short]

A sensor delivers 48 samples of an oscillation; a second number says how many samples it took a second.  The model has
to name the form of the wave, a choice of three, and its frequency in hertz, a number.  The form is seen in the
samples alone, the frequency only from both inputs together.  Inputs, targets, losses and metrics are given by name.
"""

import sys

import numpy as np

from pynn import keras  # the same with Keras itself: import keras

FORMS, SAMPLES = ["sine", "square", "sawtooth"], 48


def make_waves(rows, seed):
    """Inputs and targets by name: samples (rows, 48), rate (rows, 1) in kHz; form (rows,), hertz (rows, 1) / 100."""
    random = np.random.default_rng(seed)
    form = random.integers(len(FORMS), size=rows)
    rate = random.uniform(0.5, 2.0, (rows, 1))
    cycles = random.uniform(1.5, 5.0, (rows, 1))  # in the window of 48 samples
    turns = cycles * np.arange(SAMPLES) / SAMPLES + random.uniform(0, 1, (rows, 1))
    sine = np.sin(2 * np.pi * turns)
    waves = np.stack([sine, np.sign(sine), 2 * (turns % 1) - 1])[form, np.arange(rows)]
    samples = waves + random.normal(0, 0.4, waves.shape)
    hertz = cycles / SAMPLES * rate * 1000
    x = {"samples": samples.astype("float32"), "rate": rate.astype("float32")}
    return x, {"form": form, "hertz": (hertz / 100).astype("float32")}


def build():
    """Samples are read by two layers that both outputs share; then the ways part."""
    layers = keras.layers
    samples, rate = keras.Input((SAMPLES,), name="samples"), keras.Input((1,), name="rate")
    seen = layers.Dense(64, activation="relu", name="first")(samples)
    seen = layers.Dense(64, activation="relu", name="second")(seen)
    form = layers.Dense(len(FORMS), activation="softmax", name="form")(seen)
    both = layers.Dense(32, activation="relu", name="both")(layers.Concatenate(name="with_rate")([seen, rate]))
    hertz = layers.Dense(1, name="hertz")(both)
    return keras.Model(inputs={"samples": samples, "rate": rate}, outputs={"form": form, "hertz": hertz})


def main(short=False):
    """Train both tasks at once, and look at each."""
    keras.utils.set_random_seed(5)
    x, y = make_waves(1_920 if short else 19_200, seed=0)
    x_test, y_test = make_waves(960, seed=1)

    model = build()
    model.summary()
    model.compile(
        optimizer="adam",
        loss={"form": "sparse_categorical_crossentropy", "hertz": "mse"},
        loss_weights={"form": 1.0, "hertz": 2.0},  # loss = 1 · loss of the form + 2 · loss of the frequency
        metrics={"form": ["accuracy"], "hertz": ["mae"]},
    )
    history = model.fit(x, y, epochs=3 if short else 12, validation_data=(x_test, y_test), verbose=2)

    scores = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
    print("\nTest:", {name: round(value, 4) for name, value in scores.items()})
    answers = model.predict(x_test, verbose=0)
    for row in range(5):
        truth = f"{FORMS[y_test['form'][row]]:8} {100 * y_test['hertz'][row, 0]:4.0f} Hz"
        answer = f"{FORMS[answers['form'][row].argmax()]:8} {100 * answers['hertz'][row, 0]:4.0f} Hz"
        print(f"  is {truth}   read as {answer}")
    return {**history.history, "test": scores}


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
