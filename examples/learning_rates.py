"""How large a step?  Learning rates: constant, falling, and one cycle.

    python examples/learning_rates.py [--short]

Three ways to change the learning rate while training: a schedule, which the optimizer asks at every step; the
callback `LearningRateScheduler`, a function of the epoch; and a callback of one's own, which can do anything, here a
cycle that rises for 30 % of the steps and falls for the rest.
Sources: Smith 2017, "Cyclical learning rates for training neural networks" (the range test); Smith & Topin 2019,
"Super-convergence: very fast training of neural networks using large learning rates" (one cycle).
"""

import sys

import numpy as np

from pynn import keras  # the same with Keras itself: import keras


def load(rows):
    """Clothes of Fashion-MNIST: rows of 784 numbers, and their kinds."""
    (x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
    return (x[:rows].reshape(-1, 784) / 255.0, y[:rows]), (x_test[:1_600].reshape(-1, 784) / 255.0, y_test[:1_600])


def build(learning_rate):
    """The same network for all; plain SGD with momentum, which depends on its rate more than Adam does."""
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((784,)), layers.Dense(100, activation="relu"), layers.Dense(10, activation="softmax")]
    )
    optimizer = keras.optimizers.SGD(learning_rate, momentum=0.9)
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class OneCycle(keras.callbacks.Callback):
    """Rise linearly from a tenth of the highest rate to the highest, then fall along a cosine to nothing."""

    def __init__(self, highest, steps):
        super().__init__()
        self.highest, self.steps, self.step, self.rates = highest, steps, 0, []

    def on_train_batch_begin(self, batch, logs=None):
        rise = 0.3 * self.steps
        if self.step < rise:
            rate = self.highest * (0.1 + 0.9 * self.step / rise)
        else:
            rate = self.highest * 0.5 * (1 + np.cos(np.pi * (self.step - rise) / (self.steps - rise)))
        self.model.optimizer.learning_rate = rate
        self.rates.append(rate)
        self.step += 1


class RangeTest(keras.callbacks.Callback):
    """Multiply the rate at every step and write down the loss: a good rate is below where the loss is lowest."""

    def __init__(self, factor):
        super().__init__()
        self.factor, self.rates, self.losses = factor, [], []

    def on_train_batch_end(self, batch, logs=None):
        rate = float(self.model.optimizer.learning_rate)
        self.rates.append(rate)
        self.losses.append(logs["loss"])
        self.model.optimizer.learning_rate = rate * self.factor


def main(short=False):
    """Find the range, then train with each way and compare."""
    keras.utils.set_random_seed(7)
    (x, y), test = load(3_200 if short else 31_600)
    epochs, per_epoch = 2 if short else 10, len(x) // 32

    test_of_rates = RangeTest(factor=10 ** (4 / per_epoch))  # four powers of ten in one epoch
    build(1e-4).fit(x, y, epochs=1, callbacks=[test_of_rates], verbose=0)
    for rate, loss in list(zip(test_of_rates.rates, test_of_rates.losses, strict=True))[:: per_epoch // 8]:
        print(f"rate {rate:.5f}: mean loss so far {loss:.3f}")

    schedule = keras.optimizers.schedules.ExponentialDecay(0.02, decay_steps=per_epoch, decay_rate=0.7)
    by_epoch = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.7 if epoch else rate)
    cycle = OneCycle(highest=0.06, steps=epochs * per_epoch)
    ways = {
        "constant": (0.02, []),
        "schedule": (schedule, []),
        "scheduler": (0.02, [by_epoch]),
        "one cycle": (0.02, [cycle]),
    }

    results = {"range test": test_of_rates.losses}
    for name, (rate, callbacks) in ways.items():
        history = build(rate).fit(x, y, epochs=epochs, validation_data=test, callbacks=callbacks, verbose=0).history
        print(f"{name:10} loss {history['loss'][-1]:.4f}, validation accuracy {history['val_accuracy'][-1]:.2%}")
        results[name] = history
    middle = len(cycle.rates) * 3 // 10
    print(f"The cycle: from {cycle.rates[0]:.4f} up to {cycle.rates[middle]:.4f}, then down to {cycle.rates[-1]:.6f}.")
    return {**results, "rates": cycle.rates}


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
