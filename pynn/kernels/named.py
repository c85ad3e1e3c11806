"""The activations by name, and which ops `<family>_forward` and `<family>_backward` compute each."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from pynn.kernels.contract import OPS, op_of
from pynn.kernels.own import latest

REQUIRED = float("nan")  # a setting without a default


class Activation(NamedTuple):
    """Which ops compute an activation.

    `settings` are its arguments with their defaults, in the order of the ops' scalars; `constants` follow them.
    """

    name: str
    family: str
    settings: Mapping[str, float] = {}
    constants: tuple[float, ...] = ()

    def scalars(self, given: Mapping[str, Any]) -> tuple[float, ...]:
        """The scalars of the forward op.

        Raises
        ------
        TypeError
            If a setting is unknown, missing or no number.
        """
        if not given and self.name in _DEFAULTS:
            return _DEFAULTS[self.name] if self.settings else self.constants
        if unknown := given.keys() - self.settings.keys():
            known = ", ".join(self.settings) or "none"
            raise TypeError(f"{self.name}: there is no argument {sorted(unknown)[0]!r}; settings are {known}")
        values = {**self.settings, **given}
        for key, value in values.items():
            if value is REQUIRED or not isinstance(value, int | float | np.number):
                raise TypeError(
                    f"{self.name}: {key} must be a number, got {'none' if value is REQUIRED else repr(value)}"
                )
        return (*(float(value) for value in values.values()), *self.constants)

    @property
    def whole_rows(self) -> bool:
        """Whether an output depends on all inputs of its row."""
        return self.family in ("softmax", "log_softmax", "sparsemax")

    def way_back(self, scalars: tuple[float, ...]) -> tuple[str, bool, tuple[float, ...]]:
        """The op that computes it; whether that takes y = f(x), not where y has lost the sign of x; its scalars."""
        name, by_output, count = _way_back(self.family, not scalars or scalars[0] > 0)
        return name, by_output, scalars[:count]


@functools.cache
def _way_back(family: str, keeps_sign: bool) -> tuple[str, bool, int]:
    name = f"{family}_backward"
    by_output = keeps_sign and op_of(name).operands[0].name == "y"
    name = name if by_output or f"{name}_at" not in OPS else f"{name}_at"
    return name, by_output, len(op_of(name).scalars)


# Fixed so that activations keep mean 0 and variance 1; Klambauer et al. 2017, equation 14.
_SELU = (1.6732632423543772848170429916717, 1.0507009873554804934193349852946)
_ALONE = """celu exponential gelu gelu_tanh glu hard_sigmoid hard_silu hard_tanh log_sigmoid log_softmax mish relu relu6
sigmoid silu softmax softplus softsign sparse_plus sparse_sigmoid sparsemax step tanh tanh_shrink""".split()
ACTIVATIONS = {name: Activation(name, name) for name in _ALONE}
ACTIVATIONS |= {
    "celu": Activation("celu", "celu", {"alpha": 1.0}),
    "elu": Activation("elu", "elu", {"alpha": 1.0}, (1.0,)),
    "hard_shrink": Activation("hard_shrink", "hard_shrink", {"threshold": 0.5}),
    "hard_swish": Activation("hard_swish", "hard_silu"),
    "heaviside": Activation("heaviside", "step"),
    "leaky_relu": Activation("leaky_relu", "leaky_relu", {"negative_slope": 0.2}),
    "linear": Activation("linear", ""),
    "selu": Activation("selu", "elu", {}, _SELU),
    "soft_shrink": Activation("soft_shrink", "soft_shrink", {"threshold": 0.5}),
    "squareplus": Activation("squareplus", "squareplus", {"b": 4.0}),
    "swish": Activation("swish", "silu"),
    "threshold": Activation("threshold", "threshold", {"threshold": REQUIRED, "default_value": REQUIRED}),
}
_DEFAULTS = {
    name: (*kind.settings.values(), *kind.constants)
    for name, kind in ACTIVATIONS.items()
    if REQUIRED not in kind.settings.values()
}


def named(function: str, activation: Any) -> Activation:
    """The activation of a name, or of a function of `pynn.kernels` or the user's own; None is linear.

    Raises
    ------
    ValueError
        If there is none.
    """
    if type(activation) is str and activation in ACTIVATIONS:
        return ACTIVATIONS[activation]
    own = latest(activation) if isinstance(activation, str) else getattr(activation, "own", None)
    if own is not None and activation not in ACTIVATIONS:
        return Activation(own.name, f"own:{own.name}")
    name = "linear" if activation is None else getattr(activation, "__name__", activation)
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise ValueError(
            f"{function}: there is no activation {activation!r}; there are {', '.join(sorted(ACTIVATIONS))}"
        )
    return ACTIVATIONS[name]
