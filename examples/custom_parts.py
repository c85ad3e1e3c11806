"""Parts of one's own: a loss, a metric, a layer, a model, and the training loop by hand.

    python examples/custom_parts.py [--short]

Not one value is predicted but a range: the 10 %, 50 % and 90 % quantiles of y at each x.  Keras has no loss for that,
and none is needed: a function of targets and predictions, written with `keras.ops`, is a loss.  A layer says what
weights it has and what it does with its input; a model says how layers are called.
Source: Koenker & Bassett 1978, "Regression quantiles", for the loss.
"""

import sys

import numpy as np

from pynn import keras  # the same with Keras itself: import keras

ops = keras.ops
QUANTILES = (0.1, 0.5, 0.9)


def make_points(rows, seed):
    """Points along a wave; the further to the right, the more they scatter."""
    random = np.random.default_rng(seed)
    x = random.uniform(-2, 2, (rows, 1))
    y = np.sin(2 * x) + (0.1 + 0.15 * (x + 2)) * random.normal(size=(rows, 1))
    return x.astype("float32"), y.astype("float32")


def pinball(y, predicted):
    """A quantile q is too low: q · (y − p).  Too high: (1 − q) · (p − y).  The minimum is at the quantile."""
    losses = []
    for number, q in enumerate(QUANTILES):
        above = y - predicted[:, number : number + 1]
        losses.append(ops.maximum(q * above, (q - 1) * above))
    return ops.mean(ops.concatenate(losses, axis=-1), axis=-1)


def inside(y, predicted):
    """Share of points between the outer quantiles: should come to 80 %."""
    between = ops.logical_and(y[:, 0] > predicted[:, 0], y[:, 0] < predicted[:, 2])
    return ops.cast(between, "float32")


@keras.saving.register_keras_serializable(package="examples")
class Bumps(keras.layers.Layer):
    """Radial basis functions: y_j = exp(−((x − c_j) / s_j)²), with centres c and widths s that are learned."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        spread = keras.initializers.RandomUniform(-2.0, 2.0)
        self.centres = self.add_weight(shape=(input_shape[-1], self.units), initializer=spread, name="centres")
        self.widths = self.add_weight(shape=(self.units,), initializer="ones", name="widths")

    def call(self, inputs):
        distance = ops.sum(ops.square(ops.expand_dims(inputs, -1) - self.centres), axis=1)
        return ops.exp(-distance / ops.square(self.widths))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Quantiles(keras.Model):
    """The lowest quantile, and by how much the next ones lie above: they can never cross."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.bumps = Bumps(30)
        self.lowest = keras.layers.Dense(1)
        self.steps = keras.layers.Dense(len(QUANTILES) - 1, activation="softplus")

    def call(self, inputs):
        seen = self.bumps(inputs)
        rising = ops.concatenate([self.lowest(seen), self.steps(seen)], axis=-1)
        return ops.cumsum(rising, axis=-1)


def train_by_hand(model, x, y, epochs, batch_size=32):
    """What `fit` does, in five lines: an order, batches, a step for each, the mean of the losses."""
    random, losses = np.random.default_rng(0), []
    for _ in range(epochs):
        order, epoch_losses = random.permutation(len(x)), []
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            model.reset_metrics()  # train_on_batch gives the mean since the last reset
            epoch_losses.append(float(model.train_on_batch(x[rows], y[rows])[0]))
        losses.append(float(np.mean(epoch_losses)))
    return losses


def main(short=False):
    """Train with fit, train by hand, count how many new points lie where they should."""
    keras.utils.set_random_seed(10)
    x, y = make_points(960 if short else 3_200, seed=0)
    x_new, y_new = make_points(960, seed=1)
    epochs = 2 if short else 20

    results = {}
    for way in ("fit", "by hand"):
        model = Quantiles()
        model.compile(optimizer=keras.optimizers.Adam(0.01), loss=pinball, metrics=[inside])
        if way == "fit":
            results[way] = model.fit(x, y, epochs=epochs, verbose=0).history["loss"]
        else:
            results[way] = train_by_hand(model, x, y, epochs)
        loss, share = model.evaluate(x_new, y_new, verbose=0)
        print(f"{way:8} loss {results[way][0]:.4f} → {results[way][-1]:.4f}; of new points {share:.0%} are inside")
        results[f"{way}, new"] = [loss, share]

    places = np.linspace(-2, 2, 5, dtype="float32")[:, None]
    predicted = model.predict(places, verbose=0)
    for place, (low, middle, high) in zip(places[:, 0], predicted, strict=True):
        print(f"x = {place:4.1f}: between {low:5.2f} and {high:5.2f}, in the middle {middle:5.2f}")
    return {**results, "predicted": predicted.tolist()}


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
