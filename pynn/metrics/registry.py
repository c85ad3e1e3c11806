"""Which strings, functions and shapes stand for which metric."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pynn import legacy, losses, naming
from pynn.families import Family
from pynn.metrics import accuracy as accuracies
from pynn.metrics import (
    confusion,
    correlation,
    curves,
    f_score,
    iou,
    margins,
    operating_points,
    probabilistic,
    r2,
    reduction,
    regression,
    top_k,
)
from pynn.metrics.metric import Metric
from pynn.metrics.reduction import MeanMetricWrapper
from pynn.metrics.rows import RowMean

_CLASSES: tuple[type[Metric], ...] = (
    reduction.Mean,
    reduction.Sum,
    reduction.MeanMetricWrapper,
    regression.MeanSquaredError,
    regression.RootMeanSquaredError,
    regression.MeanAbsoluteError,
    regression.MeanAbsolutePercentageError,
    regression.MeanSquaredLogarithmicError,
    regression.CosineSimilarity,
    regression.LogCoshError,
    margins.Hinge,
    margins.SquaredHinge,
    margins.CategoricalHinge,
    probabilistic.KLDivergence,
    probabilistic.Poisson,
    probabilistic.BinaryCrossentropy,
    probabilistic.CategoricalCrossentropy,
    probabilistic.SparseCategoricalCrossentropy,
    accuracies.Accuracy,
    accuracies.BinaryAccuracy,
    accuracies.CategoricalAccuracy,
    accuracies.SparseCategoricalAccuracy,
    top_k.TopKCategoricalAccuracy,
    top_k.SparseTopKCategoricalAccuracy,
    confusion.TruePositives,
    confusion.FalsePositives,
    confusion.TrueNegatives,
    confusion.FalseNegatives,
    confusion.Precision,
    confusion.Recall,
    curves.AUC,
    operating_points.SensitivityAtSpecificity,
    operating_points.SpecificityAtSensitivity,
    operating_points.PrecisionAtRecall,
    operating_points.RecallAtPrecision,
    f_score.F1Score,
    f_score.FBetaScore,
    iou.IoU,
    iou.BinaryIoU,
    iou.MeanIoU,
    iou.OneHotIoU,
    iou.OneHotMeanIoU,
    r2.R2Score,
    correlation.PearsonCorrelation,
    correlation.ConcordanceCorrelation,
)
_SHORT: dict[str, type[Metric]] = {
    "bce": probabilistic.BinaryCrossentropy,
    "mse": regression.MeanSquaredError,
    "mae": regression.MeanAbsoluteError,
    "mape": regression.MeanAbsolutePercentageError,
    "msle": regression.MeanSquaredLogarithmicError,
}
_SHORT |= {name.upper(): cls for name, cls in _SHORT.items()}
_FAMILY = Family("metric", "keras.metrics", _CLASSES, _SHORT)

# Functions whose mean over rows is one of the metrics above: training need not call them.
_OF_FUNCTIONS: dict[Callable[..., Any], type[RowMean]] = {
    accuracies.binary_accuracy: accuracies.BinaryAccuracy,
    accuracies.categorical_accuracy: accuracies.CategoricalAccuracy,
    accuracies.sparse_categorical_accuracy: accuracies.SparseCategoricalAccuracy,
    top_k.top_k_categorical_accuracy: top_k.TopKCategoricalAccuracy,
    top_k.sparse_top_k_categorical_accuracy: top_k.SparseTopKCategoricalAccuracy,
    losses.binary_crossentropy: probabilistic.BinaryCrossentropy,
    losses.categorical_crossentropy: probabilistic.CategoricalCrossentropy,
    losses.sparse_categorical_crossentropy: probabilistic.SparseCategoricalCrossentropy,
    losses.kl_divergence: probabilistic.KLDivergence,
    losses.poisson: probabilistic.Poisson,
    losses.mean_squared_error: regression.MeanSquaredError,
    losses.mean_absolute_error: regression.MeanAbsoluteError,
    losses.mean_absolute_percentage_error: regression.MeanAbsolutePercentageError,
    losses.mean_squared_logarithmic_error: regression.MeanSquaredLogarithmicError,
    losses.log_cosh: regression.LogCoshError,
    losses.hinge: margins.Hinge,
    losses.squared_hinge: margins.SquaredHinge,
    losses.categorical_hinge: margins.CategoricalHinge,
}


def get(identifier: Any) -> Any:
    """The metric of a name, class, config, instance or function.

    Parameters
    ----------
    identifier : str, type, dict, Metric, callable or None
        A name, class or config gives an instance; an instance or function comes back as it is; so does None.

    Raises
    ------
    ValueError
        If there is no such metric; the message lists near names.

    Examples
    --------
    >>> get("mae")
    <MeanAbsoluteError name=mean_absolute_error>
    """
    return _FAMILY.get(identifier)


def serialize(metric: Any) -> Any:
    """A metric, or a function used as one, as a dict that JSON can hold.

    Parameters
    ----------
    metric : Metric or callable

    Examples
    --------
    >>> serialize(regression.MeanSquaredError())["config"]
    {'name': 'mean_squared_error', 'dtype': 'float32'}
    """
    return _FAMILY.serialize(metric)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a metric from what `serialize` returned.

    Parameters
    ----------
    config : dict or str
    custom_objects : dict, optional
        Names of one's own classes and functions.

    Examples
    --------
    >>> deserialize(serialize(accuracies.BinaryAccuracy(threshold=0.4))).threshold
    0.4
    """
    made = _FAMILY.deserialize(config, custom_objects)
    return made() if isinstance(made, type) else made


def resolve(identifier: Any) -> Metric:
    """The metric that `compile` needs: an instance; a name keeps that name, a function gives its own.

    Parameters
    ----------
    identifier : str, type, dict, Metric or callable

    Raises
    ------
    ValueError
        As `get`, and for None.

    Examples
    --------
    >>> resolve("mae").name, resolve(losses.mean_squared_error).name
    ('mae', 'mean_squared_error')
    """
    if identifier is None:
        raise ValueError("Expected metric, received `None`")
    if isinstance(identifier, str) and identifier in (
        "cosine",
        "cosine_proximity",
    ):  # Keras 1 and 2: the loss, -1 for equal directions
        legacy.warn(f"metrics=[{identifier!r}]", "metrics=[keras.losses.cosine_similarity]")
        return wrap(losses.cosine_similarity, identifier)
    found = get(identifier)
    if not isinstance(found, Metric):
        return wrap(found, name_of(found))
    if isinstance(identifier, str):
        found.name = identifier
    return found


def name_of(function: Any) -> str:
    """The name under which a function, or another callable object, stands in the history.

    Examples
    --------
    >>> name_of(lambda y_true, y_pred: 0)
    'lambda'
    """
    if isinstance(getattr(function, "name", None), str):
        return str(function.name)
    return naming.to_snake_case(getattr(function, "__name__", None) or type(function).__name__)


def wrap(function: Callable[..., Any], name: str) -> Metric:
    """The metric of a function: one that training lowers where there is one, its mean otherwise.

    Parameters
    ----------
    function : callable
        ``function(y_true, y_pred)``.
    name : str

    Examples
    --------
    >>> wrap(accuracies.binary_accuracy, "half").lowers
    True
    """
    try:
        known = _OF_FUNCTIONS.get(function)
    except TypeError:  # an object without a hash
        known = None
    return MeanMetricWrapper(function, name) if known is None else known(name=name)


def accuracy(name: str, outputs: int, sparse: bool) -> RowMean:
    """The accuracy that "accuracy" means: by the number of outputs and the form of the targets.

    Parameters
    ----------
    name : str
        What the user wrote: "accuracy" or "acc".
    outputs : int
        Size of the last axis of the predictions; 1 means yes/no.
    sparse : bool
        Whether targets are integer labels instead of one-hot rows.

    Examples
    --------
    >>> accuracy("acc", outputs=3, sparse=True)
    <SparseCategoricalAccuracy name=acc>
    """
    if outputs == 1:
        return accuracies.BinaryAccuracy(name=name)
    return (accuracies.SparseCategoricalAccuracy if sparse else accuracies.CategoricalAccuracy)(name=name)


def crossentropy(name: str, outputs: int, sparse: bool) -> RowMean:
    """The cross-entropy that "crossentropy" means, as for `accuracy`.

    Parameters
    ----------
    name : str
        What the user wrote: "crossentropy" or "ce".
    outputs : int
    sparse : bool

    Examples
    --------
    >>> crossentropy("ce", outputs=1, sparse=False)
    <BinaryCrossentropy name=ce>
    """
    if outputs == 1:
        return probabilistic.BinaryCrossentropy(name=name)
    sparse_one, dense_one = probabilistic.SparseCategoricalCrossentropy, probabilistic.CategoricalCrossentropy
    return (sparse_one if sparse else dense_one)(name=name)
