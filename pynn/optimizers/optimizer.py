"""What every optimizer is: settings, an iteration counter, state beside each weight, and steps that update weights."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from pynn import config, naming
from pynn.plan import Column, Plan
from pynn.variables import Variable

# Keras's further options, with the value that means "off".
_OPTIONS: dict[str, Any] = {
    "weight_decay": None,
    "clipnorm": None,
    "clipvalue": None,
    "global_clipnorm": None,
    "use_ema": False,
    "ema_momentum": 0.99,
    "ema_overwrite_frequency": None,
    "loss_scale_factor": None,
    "gradient_accumulation_steps": None,
}


class Optimizer:
    """Turns gradients into changes of weights.

    Parameters
    ----------
    learning_rate : float
        Size of a step, > 0.
    name : str, optional
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps
        Keras's further options.  Only their defaults are accepted; anything else is an error, never ignored.

    Attributes
    ----------
    iterations : Variable
        Batches done.
    variables : list of Variable
        iterations, learning rate, then the state beside each weight.

    Examples
    --------
    >>> from pynn.optimizers import SGD
    >>> optimizer = SGD(0.1)
    >>> optimizer.learning_rate = 0.05
    >>> round(float(optimizer.learning_rate), 3)
    0.05
    """

    def __init__(
        self,
        learning_rate: float,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.name = name or naming.auto_name(type(self).__name__)
        options = {
            "weight_decay": weight_decay,
            "clipnorm": clipnorm,
            "global_clipnorm": global_clipnorm,
            "clipvalue": clipvalue,
            "use_ema": use_ema,
            "ema_momentum": ema_momentum,
            "ema_overwrite_frequency": ema_overwrite_frequency,
            "loss_scale_factor": loss_scale_factor,
            "gradient_accumulation_steps": gradient_accumulation_steps,
        }
        self._check_options(options | kwargs)
        self._options = options
        self.iterations = Variable(0, dtype="int32", trainable=False, name="iteration")
        self._learning_rate = Variable(_checked_rate(self.name, learning_rate), trainable=False, name="learning_rate")
        self.built = False
        # Each variable the optimizer was built with, and the state beside it.
        self._kept: list[tuple[Variable, tuple[Variable, ...]]] = []
        self._real: np.dtype[Any] = np.dtype(config.floatx())  # of the weights

    def _check_options(self, options: dict[str, Any]) -> None:
        for option, value in options.items():
            if option not in _OPTIONS:
                raise ValueError(f"Argument(s) not recognized: {option}={value!r} (optimizer {self.name!r})")
            if value != _OPTIONS[option]:
                raise ValueError(
                    f"{type(self).__name__}: {option}={value!r} is not available; leave it at {_OPTIONS[option]!r}"
                )

    @property
    def learning_rate(self) -> Variable:
        """Size of a step; assign a number to change it, during training too."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._learning_rate.assign(_checked_rate(self.name, value))

    @property
    def variables(self) -> list[Variable]:
        return [self.iterations, self._learning_rate, *(v for _, state in self._kept for v in state)]

    def build(self, variables: list[Variable]) -> None:
        """Make the state beside each trainable variable, all zeros.

        Raises
        ------
        ValueError
            If it was built for other variables before.
        """
        if self.built:
            if list(map(id, variables)) != [id(v) for v, _ in self._kept]:
                raise ValueError(
                    f"Optimizer {self.name!r} cannot be called for variables it was not built with. After changing "
                    "layers or `trainable` call compile again, with a new optimizer; each model needs one of its own."
                )
            return
        for variable in variables:
            path = variable.path.replace("/", "_")
            state = tuple(
                Variable(np.zeros(variable.shape), dtype=variable.dtype, trainable=False, name=f"{path}_{slot}")
                for slot in self._slots()
            )
            self._kept.append((variable, state))
        self.built = True

    def lower(self, plan: Plan, variables: list[Variable]) -> None:
        """Emit the update of each variable that has a gradient in the plan."""
        self.build(variables)
        self._real = plan.dtype
        plan.phase = "update"
        scalars = self._scalars()
        for variable, beside in self._kept:
            gradient = plan.gradients.get(id(variable))
            if gradient is None:
                continue
            state = [plan.parameter(v) for v in (variable, *beside)]
            flat = [slot.view(variable.size) for slot in (gradient, *state)]
            plan.emit(self._op(), *flat, scalars=scalars)
        plan.counters.append(self.iterations.value)

    def _rate(self, count: int) -> np.ndarray:
        """The learning rate of the next `count` batches."""
        return np.full(count, float(self._learning_rate.value))

    def _rate_column(self) -> Column:
        return Column("learning_rate", self._rate)

    def _slots(self) -> tuple[str, ...]:
        """Names of the state beside each variable, in the order of the op's operands."""
        raise ValueError(f"{type(self).__name__} must define _slots")

    def _op(self) -> str:
        raise ValueError(f"{type(self).__name__} must define _op")

    def _scalars(self) -> tuple[float | Column, ...]:
        raise ValueError(f"{type(self).__name__} must define _scalars")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal optimizer."""
        return {"name": self.name, "learning_rate": float(self._learning_rate.value), **self._options}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make an optimizer from what `get_config` returned."""
        return cls(**config)


def _checked_rate(name: str, rate: Any) -> float:
    try:
        value = float(rate)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: learning_rate must be a number, got {rate!r}") from None
    if not 0 <= value < float("inf"):
        raise ValueError(f"{name}: learning_rate must be a finite number >= 0, got {rate}")
    return value


def unit_interval(owner: str, argument: str, value: float) -> float:
    """Return a number in [0, 1], or raise ValueError."""
    if not 0 <= value <= 1:
        raise ValueError(f"{owner}: `{argument}` must be a number in [0, 1], got {value}")
    return value
