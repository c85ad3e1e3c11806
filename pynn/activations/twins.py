"""Activations as functions of `keras.ops`, for tapes within tapes: those can be differentiated again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn import ops
from pynn.activations.formula import Formula, Identity
from pynn.tensor import as_tensor

_OPS = ops.everything
# The name of a formula's family → the function with the formula's scalars.
_TWINS: dict[str, Callable[..., Any]] = {
    **{
        name: _OPS[name]
        for name in (
            "celu hard_shrink hard_sigmoid hard_silu hard_tanh leaky_relu log_sigmoid relu relu6 sigmoid silu "
            "soft_shrink softplus softsign sparse_plus sparse_sigmoid squareplus tanh tanh_shrink"
        ).split()
    },
    "elu": lambda x, alpha, scale: _OPS["elu"](x, alpha) * scale,
    "exponential": _OPS["exp"],
    "gelu": lambda x: _OPS["gelu"](x, approximate=False),
    "gelu_tanh": _OPS["gelu"],
    "mish": lambda x: x * _OPS["tanh"](_OPS["softplus"](x)),
}
_OF_AXES = {name: _OPS[name] for name in ("log_softmax", "softmax", "sparsemax")}


# Operations of users' functions that `keras.ops` calls otherwise.
_CALLED = {
    "sub": "subtract", "mul": "multiply", "div": "true_divide", "neg": "negative", "pow": "power", "lt": "less",
    "le": "less_equal", "eq": "equal", "ne": "not_equal", "select": "where", "max": "maximum", "min": "minimum",
    "and": "logical_and", "or": "logical_or", "not": "logical_not", "rint": "round",
    **{f"a{name}": f"arc{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "tan2")},
}  # fmt: skip


def _operation(name: str) -> Callable[..., Any]:
    return (lambda x: 1 - _OPS["erf"](x)) if name == "erfc" else _OPS[_CALLED.get(name, name)]


def twin(formula: Formula, x: Any) -> Any:
    """The activation of a tensor, or None where `keras.ops` has no function that is the same."""
    family = formula.forward.removesuffix("_forward")
    if isinstance(formula, Identity):
        return as_tensor(x)
    if family in _OF_AXES:
        return _OF_AXES[family](x, formula.axes[0] if len(formula.axes) == 1 else formula.axes)
    if (own := getattr(formula, "own", None)) is not None and own.derived:
        return own.computed(_operation, x)
    return _TWINS[family](x, *formula.scalars) if family in _TWINS else None
