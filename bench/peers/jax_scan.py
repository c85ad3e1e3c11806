"""JAX without Keras: a whole epoch is one compiled program, a scan over its batches."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from arrays import Rows
from jax import lax
from workloads import Dense, Workload

ACTIVATIONS = {"sigmoid": jax.nn.sigmoid, "relu": jax.nn.relu, "selu": jax.nn.selu}
State = Any


def sgd(rate: float) -> tuple[Any, Any]:
    """The start of its state, and (gradients, state, weights, step) -> (weights, state)."""
    return lambda w: (), lambda g, s, w, t: (jax.tree.map(lambda w, g: w - rate * g, w, g), s)


def adam(rate: float) -> tuple[Any, Any]:
    """Kingma & Ba 2015, algorithm 1, in the order of section 2, with Keras's ε."""

    def update(g: Any, state: State, w: Any, t: Any) -> tuple[Any, State]:
        m = jax.tree.map(lambda m, g: m + (g - m) * (1 - 0.9), state[0], g)
        v = jax.tree.map(lambda v, g: v + (g * g - v) * (1 - 0.999), state[1], g)
        alpha = rate * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        return jax.tree.map(lambda w, m, v: w - alpha * m / (jnp.sqrt(v) + 1e-7), w, m, v), (m, v)

    return lambda w: (jax.tree.map(jnp.zeros_like, w), jax.tree.map(jnp.zeros_like, w)), update


def rmsprop(rate: float) -> tuple[Any, Any]:
    """Hinton 2012, lecture 6e, with Keras's ρ and ε."""

    def update(g: Any, v: State, w: Any, t: Any) -> tuple[Any, State]:
        v = jax.tree.map(lambda v, g: 0.9 * v + (1 - 0.9) * g * g, v, g)
        return jax.tree.map(lambda w, g, v: w - rate * g / jnp.sqrt(v + 1e-7), w, g, v), v

    return lambda w: jax.tree.map(jnp.zeros_like, w), update


OPTIMIZERS = {"SGD": sgd, "Adam": adam, "RMSprop": rmsprop}


class JaxScan:
    """The program itself."""

    def __init__(self, workload: Workload, rows: Rows, weights: list[np.ndarray]) -> None:
        self.workload, self.batch = workload, workload.batch
        self.x, self.y = jnp.asarray(rows.x), jnp.asarray(rows.y)
        self.held = (jnp.asarray(rows.held_x), jnp.asarray(rows.held_y)) if len(rows.held_x) else None
        self.weights = [jnp.asarray(w) for w in weights]
        start, self.update = OPTIMIZERS[workload.optimizer](workload.rate)
        self.state, self.t = start(self.weights), jnp.zeros((), jnp.float32)
        self.key, self.rng = jax.random.key(0), np.random.default_rng(0)
        self.epoch = jax.jit(self._epoch, donate_argnums=(0, 1))
        self.last = jax.jit(lambda state, row, x, y: self._step(x, y, state, row), donate_argnums=(0,))
        self.outputs = jax.jit(self._outputs)
        self.held_loss = jax.jit(lambda w, x, y: self._loss(self._scores(w, x, None), y))

    def _scores(self, weights: list[Any], x: Any, key: Any) -> Any:
        """The outputs, before softmax; with a key for dropout, as in training."""
        given = iter(weights)
        for i, layer in enumerate(self.workload.layers):
            if isinstance(layer, Dense):
                x = x @ next(given) + next(given)
                x = ACTIVATIONS.get(layer.activation, lambda x: x)(x)
            elif key is not None:
                kept = jax.random.bernoulli(jax.random.fold_in(key, i), 1 - layer.rate, x.shape)
                x = jnp.where(kept, x / (1 - layer.rate), 0)
        return x

    def _loss(self, z: Any, y: Any) -> Any:
        if self.workload.loss == "mean_squared_error":
            return jnp.mean((z - y) ** 2)
        p = jax.nn.log_softmax(z)
        return -jnp.mean(jnp.take_along_axis(p, y[:, None], 1) if y.ndim == 1 else (p * y).sum(1))

    def _step(self, x_all: Any, y_all: Any, state: State, rows: Any) -> tuple[State, Any]:
        weights, inner, t, key = state
        x, y, t = x_all[rows], y_all[rows], t + 1
        use = jax.random.fold_in(key, t.astype(jnp.int32))
        loss, gradients = jax.value_and_grad(lambda w: self._loss(self._scores(w, x, use), y))(weights)
        weights, inner = self.update(gradients, inner, weights, t)
        return (weights, inner, t, key), loss * len(rows)

    def _epoch(self, weights: Any, inner: State, t: Any, key: Any, order: Any, x: Any, y: Any) -> Any:
        state, losses = lax.scan(partial(self._step, x, y), (weights, inner, t, key), order)
        return state, losses.sum()

    def fit(self, epochs: int, shuffle: bool) -> list[float]:
        """So many epochs; the mean loss of the last, and that of the rows held back."""
        for _ in range(epochs):
            losses = [self._once(shuffle)]
            if self.held:
                losses.append(float(self.held_loss(self.weights, *self.held)))
        return losses

    def _once(self, shuffle: bool) -> float:
        n = len(self.x)
        full = n // self.batch * self.batch
        order = (self.rng.permutation(n) if shuffle else np.arange(n)).astype(np.int32)
        state, total = self.epoch(
            self.weights, self.state, self.t, self.key, order[:full].reshape(-1, self.batch), self.x, self.y
        )
        if full < n:
            state, rest = self.last(state, order[full:], self.x, self.y)
            total += rest
        self.weights, self.state, self.t, self.key = state
        return float(total) / n

    def _outputs(self, weights: Any, x: Any) -> Any:
        z = self._scores(weights, x, None)
        return z if self.workload.loss == "mean_squared_error" else jax.nn.softmax(z)

    def predict(self, x: np.ndarray, batch: int) -> np.ndarray:
        """Outputs for rows, a batch at a time."""
        return np.concatenate(
            [np.asarray(self.outputs(self.weights, x[i : i + batch])) for i in range(0, len(x), batch)]
        )

    def call(self, x: np.ndarray) -> np.ndarray:
        """Outputs for few rows."""
        return np.asarray(self.outputs(self.weights, x))
