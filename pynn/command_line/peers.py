"""The bench's network in other libraries: each is a title, a function that trains for an epoch, one that predicts."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module, util
from typing import Any

import numpy as np

Peer = tuple[str, Callable[[], object], Callable[[], np.ndarray]]
_BATCH, _RATE, _BETA1, _BETA2, _EPSILON = 32, 0.001, 0.9, 0.999, 1e-7


def _numpy(x: np.ndarray, y: np.ndarray, weights: list[np.ndarray]) -> Peer:
    """Written by hand; Adam as in Kingma & Ba 2015, section 2, the efficient order."""
    moments = [(np.zeros_like(w), np.zeros_like(w)) for w in weights]
    state, targets = {"t": 0}, np.eye(10, dtype=np.float32)[y]

    def forward(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        hidden = 1 / (1 + np.exp(-(rows @ weights[0] + weights[1])))
        z = np.exp((logits := hidden @ weights[2] + weights[3]) - logits.max(1, keepdims=True))
        return hidden, z / z.sum(1, keepdims=True)

    def epoch() -> None:
        order = np.random.permutation(len(x))
        for start in range(0, len(x), _BATCH):
            picked = order[start : start + _BATCH]
            hidden, probabilities = forward(x[picked])
            dz = (probabilities - targets[picked]) / len(picked)
            dh = (dz @ weights[2].T) * hidden * (1 - hidden)
            state["t"] += 1
            rate = _RATE * np.sqrt(1 - _BETA2 ** state["t"]) / (1 - _BETA1 ** state["t"])
            gradients = (x[picked].T @ dh, dh.sum(0), hidden.T @ dz, dz.sum(0))
            for w, (m, v), g in zip(weights, moments, gradients, strict=True):
                m += (1 - _BETA1) * (g - m)
                v += (1 - _BETA2) * (g * g - v)
                w -= np.float32(rate) * m / (np.sqrt(v) + _EPSILON)

    return f"NumPy {np.__version__}, by hand", epoch, lambda: forward(x)[1]


def _sklearn(x: np.ndarray, y: np.ndarray, weights: list[np.ndarray]) -> Peer:
    networks = import_module("sklearn.neural_network")
    model = networks.MLPClassifier((100,), "logistic", alpha=0.0, batch_size=_BATCH, random_state=0)
    model.partial_fit(x, y, classes=np.arange(10))
    version = import_module("sklearn").__version__
    return f"scikit-learn {version}", lambda: model.partial_fit(x, y), lambda: np.asarray(model.predict_proba(x))


def _torch(x: np.ndarray, y: np.ndarray, weights: list[np.ndarray]) -> Peer:
    torch = import_module("torch")
    nn = torch.nn
    model = nn.Sequential(nn.Linear(784, 100), nn.Sigmoid(), nn.Linear(100, 10))
    with torch.no_grad():
        for parameter, w in zip(model.parameters(), weights, strict=True):
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(w.T)))
    rows, targets = torch.from_numpy(x), torch.from_numpy(y)
    optimizer, loss = torch.optim.Adam(model.parameters(), eps=_EPSILON), nn.CrossEntropyLoss()

    def epoch() -> None:
        for picked in torch.randperm(len(rows)).split(_BATCH):
            optimizer.zero_grad()
            loss(model(rows[picked]), targets[picked]).backward()
            optimizer.step()

    def predict() -> np.ndarray:
        with torch.no_grad():
            return np.asarray(torch.softmax(model(rows), 1).numpy())

    return f"PyTorch {torch.__version__}", epoch, predict


def _jax(x: np.ndarray, y: np.ndarray, weights: list[np.ndarray]) -> Peer:
    """Without Keras: a whole epoch is one compiled scan."""
    jax = import_module("jax")
    jnp = import_module("jax.numpy")
    full = len(x) // _BATCH * _BATCH  # a scan has batches of one size
    rows, targets = jnp.asarray(x), jnp.asarray(y)

    def logits(w: Any, batch: Any) -> Any:
        return jax.nn.sigmoid(batch @ w[0] + w[1]) @ w[2] + w[3]

    def loss(w: Any, batch: Any, labels: Any) -> Any:
        return -jnp.take_along_axis(jax.nn.log_softmax(logits(w, batch)), labels[:, None], 1).mean()

    def step(carry: Any, picked: Any) -> Any:
        w, m, v, t = carry
        g = jax.grad(loss)(w, rows[picked], targets[picked])
        m = jax.tree.map(lambda a, b: a + (1 - _BETA1) * (b - a), m, g)
        v = jax.tree.map(lambda a, b: a + (1 - _BETA2) * (b * b - a), v, g)
        rate = _RATE * jnp.sqrt(1 - _BETA2**t) / (1 - _BETA1**t)
        w = jax.tree.map(lambda a, b, c: a - rate * b / (jnp.sqrt(c) + _EPSILON), w, m, v)
        return (w, m, v, t + 1), None

    scan = jax.jit(lambda carry, order: jax.lax.scan(step, carry, order)[0])
    first = [jnp.asarray(w) for w in weights]
    zeros = [jnp.zeros_like(w) for w in first]
    state = [(first, zeros, zeros, jnp.float32(1))]

    def epoch() -> None:
        state[0] = scan(state[0], np.random.permutation(len(x))[:full].reshape(-1, _BATCH))
        jax.block_until_ready(state[0][0])

    return f"JAX {jax.__version__}, one scan", epoch, lambda: np.asarray(jax.nn.softmax(logits(state[0][0], rows)))


def _keras(x: np.ndarray, y: np.ndarray, weights: list[np.ndarray]) -> Peer:
    engines = [name for name in ("tensorflow", "jax", "torch") if util.find_spec(name) is not None]
    if not engines:
        raise ImportError("Keras needs TensorFlow, JAX or PyTorch")
    os.environ.setdefault("KERAS_BACKEND", engines[0])
    keras = import_module("keras")
    layers = keras.layers
    model = keras.Sequential([keras.Input((784,)), layers.Dense(100, "sigmoid"), layers.Dense(10, "softmax")])
    model.set_weights(weights)
    model.compile("adam", "sparse_categorical_crossentropy")
    name = f"Keras {keras.__version__} on {keras.backend.backend()}"
    return name, lambda: model.fit(x, y, _BATCH, verbose=0), lambda: np.asarray(model.predict(x, verbose=0))


MAKERS: dict[str, Callable[[np.ndarray, np.ndarray, list[np.ndarray]], Peer]] = {
    "numpy": _numpy,
    "scikit-learn": _sklearn,
    "torch": _torch,
    "jax": _jax,
    "keras": _keras,
}
