"""Losses: what training makes small.

Each is a class with settings, a function on arrays, and a string.  Training lowers it to ops that compute the loss of
every row and the gradient of their mean.  Keras's losses come first; the costs of the lecture, in its own formulas, are
`quadratic`, `sum_squared_error`, `cross_entropy`, `exponential`, `hellinger`, `kullback_leibler`,
`generalized_kullback_leibler` and `itakura_saito`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from pynn import legacy, naming
from pynn.losses.circle import Circle, circle
from pynn.losses.class_functions import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
    dice,
    sparse_categorical_crossentropy,
    tversky,
)
from pynn.losses.cost_functions import (
    cross_entropy,
    exponential,
    generalized_kullback_leibler,
    hellinger,
    itakura_saito,
    kullback_leibler,
    quadratic,
    sum_squared_error,
)
from pynn.losses.costs import (
    Exponential,
    GeneralizedKullbackLeibler,
    Hellinger,
    ItakuraSaito,
    KullbackLeibler,
    Quadratic,
    SumSquaredError,
)
from pynn.losses.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CrossEntropy,
    SparseCategoricalCrossentropy,
)
from pynn.losses.divergence import KLDivergence, kl_divergence
from pynn.losses.focal import (
    BinaryFocalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
)
from pynn.losses.hinge import CategoricalHinge, Hinge, SquaredHinge, categorical_hinge, hinge, squared_hinge
from pynn.losses.loss import Loss, LossFunctionWrapper
from pynn.losses.lowered import LoweredLoss
from pynn.losses.overlap import Dice, Tversky
from pynn.losses.regression import (
    CosineSimilarity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
)
from pynn.losses.regression_functions import (
    cosine_similarity,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
)
from pynn.saving import deserialize_keras_object, serialize_keras_object

_FUNCTIONS: dict[Callable[..., Any], type[LoweredLoss]] = {
    binary_crossentropy: BinaryCrossentropy,
    binary_focal_crossentropy: BinaryFocalCrossentropy,
    categorical_crossentropy: CategoricalCrossentropy,
    categorical_focal_crossentropy: CategoricalFocalCrossentropy,
    categorical_generalized_cross_entropy: CategoricalGeneralizedCrossEntropy,
    categorical_hinge: CategoricalHinge,
    circle: Circle,
    cosine_similarity: CosineSimilarity,
    cross_entropy: CrossEntropy,
    dice: Dice,
    exponential: Exponential,
    generalized_kullback_leibler: GeneralizedKullbackLeibler,
    hellinger: Hellinger,
    hinge: Hinge,
    huber: Huber,
    itakura_saito: ItakuraSaito,
    kl_divergence: KLDivergence,
    kullback_leibler: KullbackLeibler,
    log_cosh: LogCosh,
    mean_absolute_error: MeanAbsoluteError,
    mean_absolute_percentage_error: MeanAbsolutePercentageError,
    mean_squared_error: MeanSquaredError,
    mean_squared_logarithmic_error: MeanSquaredLogarithmicError,
    poisson: Poisson,
    quadratic: Quadratic,
    sparse_categorical_crossentropy: SparseCategoricalCrossentropy,
    squared_hinge: SquaredHinge,
    sum_squared_error: SumSquaredError,
    tversky: Tversky,
}
_SHORT = {
    "bce": binary_crossentropy,
    "kld": kl_divergence,
    "mae": mean_absolute_error,
    "mape": mean_absolute_percentage_error,
    "mse": mean_squared_error,
    "msle": mean_squared_logarithmic_error,
}
_NAMES: dict[str, Any] = {function.__name__: function for function in _FUNCTIONS}
_NAMES |= {cls.__name__: cls for cls in (*_FUNCTIONS.values(), Loss, LossFunctionWrapper)}
_NAMES |= _SHORT | {name.upper(): function for name, function in _SHORT.items()}
# Strings of Keras 1 and 2, with today's.
_OLDER = {
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    "cosine_proximity": "cosine_similarity",
    "huber_loss": "huber",
}


def get(identifier: Any) -> Any:
    """Turn what `compile` was given as a loss into one.

    Parameters
    ----------
    identifier : str, dict, class, callable or None
        A function's name gives the function, a class's name or the class an instance, what `serialize` returned the
        loss; a function or a loss is returned as it is.

    Raises
    ------
    ValueError
        If there is no such loss; the message lists near names.

    Examples
    --------
    >>> get("mse").__name__
    'mean_squared_error'
    >>> get("MeanSquaredError").name
    'mean_squared_error'
    """
    if identifier is None:
        return None
    found = identifier
    if isinstance(identifier, str):
        if identifier in _OLDER:
            legacy.warn(f"loss={identifier!r}", f"loss={_OLDER[identifier]!r}")
        found = _NAMES.get(_OLDER.get(identifier, identifier))
    elif isinstance(identifier, dict):
        try:
            found = deserialize(identifier)
        except TypeError as error:
            raise ValueError(f"Could not interpret loss identifier: {identifier}. {error}") from error
    if inspect.isclass(found):
        found = found()
    if callable(found):
        return found
    near = naming.nearest(identifier, _NAMES) if isinstance(identifier, str) else ""
    names = ", ".join(sorted(function.__name__ for function in _FUNCTIONS))
    raise ValueError(f"Could not interpret loss identifier: {identifier}. Expected one of {names}.{near}")


def resolve(identifier: Any) -> Loss:
    """The loss that training needs: an instance, of pynn's own for its functions, around any other function."""
    found = get(identifier)
    if isinstance(found, Loss):
        return found
    if inspect.isfunction(found) and found in _FUNCTIONS:
        made: Loss = _FUNCTIONS[found](name=found.__name__)
        return made
    return LossFunctionWrapper(found, name=getattr(found, "__name__", type(found).__name__))


def serialize(loss: Any) -> Any:
    """Describe a loss by a dict that JSON can hold, as Keras writes it.

    Parameters
    ----------
    loss : Loss or function

    Examples
    --------
    >>> serialize(MeanSquaredError())["class_name"]
    'MeanSquaredError'
    """
    return serialize_keras_object(loss)


def deserialize(name: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a loss from what `serialize` returned.

    Parameters
    ----------
    name : dict or str
        A dict with ``"class_name"`` and ``"config"``, or the name of a function or class.
    custom_objects : dict, optional
        Name to class or function, for what is not pynn's own.

    Examples
    --------
    >>> deserialize(serialize(CategoricalCrossentropy(label_smoothing=0.1))).label_smoothing
    0.1
    """
    return deserialize_keras_object(name, custom_objects, module_objects=_NAMES)


__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "CrossEntropy",
    "Dice",
    "Exponential",
    "GeneralizedKullbackLeibler",
    "Hellinger",
    "Hinge",
    "Huber",
    "ItakuraSaito",
    "KLDivergence",
    "KullbackLeibler",
    "LogCosh",
    "Loss",
    "LossFunctionWrapper",
    "LoweredLoss",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "Quadratic",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "SumSquaredError",
    "Tversky",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "cross_entropy",
    "deserialize",
    "dice",
    "exponential",
    "generalized_kullback_leibler",
    "get",
    "hellinger",
    "hinge",
    "huber",
    "itakura_saito",
    "kl_divergence",
    "kullback_leibler",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "quadratic",
    "resolve",
    "serialize",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "sum_squared_error",
    "tversky",
]
