"""`tf.train`: TensorFlow 1's optimizers, as those of Keras; each says once what it is called today."""

from __future__ import annotations

from typing import Any

from pynn import legacy
from pynn.keras import optimizers


def _today(old: str, new: str) -> None:
    legacy.warn(f"tf.train.{old}", f"tf.keras.optimizers.{new}")


def AdamOptimizer(  # noqa: N802
    learning_rate: Any = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    use_locking: bool = False,
    name: str = "Adam",
) -> Any:
    """Adam, with TensorFlow 1's epsilon."""
    _today("AdamOptimizer", "Adam")
    return optimizers.Adam(learning_rate, beta1, beta2, epsilon, name=name)


def GradientDescentOptimizer(  # noqa: N802
    learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent"
) -> Any:
    """SGD without momentum."""
    _today("GradientDescentOptimizer", "SGD")
    return optimizers.SGD(learning_rate, name=name)


def MomentumOptimizer(  # noqa: N802
    learning_rate: Any, momentum: float, use_locking: bool = False, name: str = "Momentum", use_nesterov: bool = False
) -> Any:
    """SGD with momentum."""
    _today("MomentumOptimizer", "SGD(momentum=…)")
    return optimizers.SGD(learning_rate, momentum, use_nesterov, name=name)


def RMSPropOptimizer(  # noqa: N802
    learning_rate: Any,
    decay: float = 0.9,
    momentum: float = 0.0,
    epsilon: float = 1e-10,
    use_locking: bool = False,
    centered: bool = False,
    name: str = "RMSProp",
) -> Any:
    """RMSprop; TensorFlow 1's `decay` is today's rho."""
    _today("RMSPropOptimizer", "RMSprop")
    return optimizers.RMSprop(learning_rate, decay, momentum, epsilon, centered, name=name)


def AdagradOptimizer(  # noqa: N802
    learning_rate: Any, initial_accumulator_value: float = 0.1, use_locking: bool = False, name: str = "Adagrad"
) -> Any:
    """Adagrad."""
    _today("AdagradOptimizer", "Adagrad")
    return optimizers.Adagrad(learning_rate, initial_accumulator_value, name=name)


__all__ = [
    "AdagradOptimizer",
    "AdamOptimizer",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "RMSPropOptimizer",
]
