"""Random chains of layers with random settings: three epochs end where they end in real Keras."""

from __future__ import annotations

import os

import numpy as np
import pytest

ACTIVATIONS = (
    "relu tanh sigmoid gelu elu selu silu softplus mish leaky_relu hard_sigmoid softmax log_softmax softsign linear "
    "relu6 celu"
).split()
TASKS = {
    "softmax": (3, "sparse_categorical_crossentropy"),
    "sigmoid": (1, "binary_crossentropy"),
    "linear": (2, "mse"),
}
# Seeds: PYNN_RANDOM_LAYERS=0:300 runs so many.
FIRST, LAST = map(int, os.environ.get("PYNN_RANDOM_LAYERS", "0:6").split(":"))


class Chain:
    """One chain of layers, the same for both sides: all that is random is drawn from a seed."""

    def __init__(self, keras, seed):
        self.keras, self.rng, self.L = keras, np.random.default_rng(seed), keras.layers

    def one(self, *choices):
        return choices[self.rng.integers(len(choices))]

    def regularizer(self):
        return self.one(None, "l2", "l1", self.keras.regularizers.L1L2(0.01, 0.02))

    def constraint(self):
        return self.one(None, None, "non_neg", "max_norm", "unit_norm")

    def dense(self, rank):
        return self.L.Dense(
            2 * int(self.rng.integers(1, 5)),
            self.one(*ACTIVATIONS),
            bool(self.rng.integers(4)),
            kernel_regularizer=self.regularizer(),
            bias_regularizer=self.regularizer(),
            activity_regularizer=self.regularizer(),
            kernel_constraint=self.constraint(),
        )

    def batch_normalization(self, rank):
        flags = [bool(flag) for flag in self.rng.integers(0, 2, 2)]
        axis = int(self.rng.integers(1, rank + 1))
        options = {"gamma_regularizer": self.regularizer(), "beta_constraint": self.constraint()}
        return self.L.BatchNormalization(axis, 0.7, 1e-3, *flags, **options)

    def rows(self, rank):
        every = list(range(1, rank + 1))
        return self.one(self.L.LayerNormalization(every), self.L.RMSNormalization(), self.L.UnitNormalization(1))

    def slopes(self, rank):
        return self.L.PReLU(self.one("ones", "zeros"), self.regularizer(), shared_axes=self.one(None, [rank]))

    def activation(self, rank):
        L = self.L
        kinds = [L.ReLU(1.0, 0.1, 0.1), L.LeakyReLU(), L.ELU(0.5), L.Softmax(1), L.Activation(self.one(*ACTIVATIONS))]
        return self.one(*kinds)

    def shape(self, rank):
        return self.one(*([self.L.RepeatVector(3)] if rank == 1 else [self.L.Permute((2, 1)), self.L.Reshape((-1,))]))

    def merged(self, x):
        L = self.L
        other = L.Dense(x.shape[-1], self.one(*ACTIVATIONS))(x)
        kind = self.one(L.Add, L.Multiply, L.Maximum, L.Average, L.Subtract, L.Minimum, L.Concatenate)
        return kind()([x, other])

    def model(self, shape, task):
        x = inputs = self.keras.Input(shape)
        for _ in range(self.rng.integers(1, 5)):
            make = self.one(
                self.dense,
                self.dense,
                self.batch_normalization,
                self.rows,
                self.slopes,
                self.activation,
                self.shape,
                None,
            )
            x = self.merged(x) if make is None else make(len(x.shape) - 1)(x)
        if len(x.shape) > 2:
            x = self.one(self.L.Flatten(), self.L.GlobalAveragePooling1D())(x)
        units, loss = TASKS[task]
        model = self.keras.Model(inputs, self.L.Dense(units, task, kernel_regularizer=self.regularizer())(x))
        model.compile(self.one("sgd", "adam", "rmsprop"), loss, metrics=["mae"] if task == "linear" else ["accuracy"])
        return model


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@pytest.mark.parametrize("seed", range(FIRST, LAST))
def test_training(sides, seed):
    rng = np.random.default_rng(1000 + seed)
    shape, task, n = [(6,), (4, 6)][rng.integers(2)], list(TASKS)[rng.integers(3)], int(rng.integers(20, 60))
    x = rng.normal(size=(n, *shape)).astype("float32")
    y = {"softmax": rng.integers(0, 3, n), "sigmoid": rng.integers(0, 2, (n, 1)), "linear": rng.normal(size=(n, 2))}
    weights = rng.uniform(0.5, 2, n).astype("float32") if rng.integers(3) == 0 else None
    models = [Chain(keras, seed).model(shape, task) for keras in sides]
    values = [initial(rng, v) for v in models[1].weights]
    histories = []
    for model in models:
        model.set_weights(values)
        options = {"epochs": 3, "batch_size": 16, "verbose": 0, "shuffle": False}
        histories.append(model.fit(x, y[task], sample_weight=weights, **options).history)
    if not np.isfinite(histories[1]["loss"]).all():
        pytest.skip("it diverges")
    for key, want in histories[1].items():
        np.testing.assert_allclose(histories[0][key], want, rtol=3e-4, atol=1e-5, err_msg=key)
    for w, v, variable in zip(models[0].get_weights(), models[1].get_weights(), models[1].weights, strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-3, atol=1e-3, err_msg=variable.path)


def initial(rng, variable):
    values = rng.normal(size=variable.shape) * 0.5
    return np.abs(values) + 0.05 if "variance" in variable.path or "gamma" in variable.path else values
