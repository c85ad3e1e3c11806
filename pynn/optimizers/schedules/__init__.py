"""Schedules: learning rates that depend on the number of batches done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynn.optimizers.schedules.cosine import CosineDecay, CosineDecayRestarts
from pynn.optimizers.schedules.decay import ExponentialDecay, InverseTimeDecay, PolynomialDecay
from pynn.optimizers.schedules.piecewise import PiecewiseConstantDecay
from pynn.optimizers.schedules.schedule import LearningRateSchedule
from pynn.saving import deserialize_keras_object, serialize_keras_object

_CLASSES: tuple[type[LearningRateSchedule], ...] = (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)


def serialize(learning_rate_schedule: LearningRateSchedule) -> dict[str, Any]:
    """Class name and config of a schedule.

    Parameters
    ----------
    learning_rate_schedule : LearningRateSchedule

    Examples
    --------
    >>> keras.optimizers.schedules.serialize(ExponentialDecay(0.1, 100, 0.5))["class_name"]
    'ExponentialDecay'
    """
    described: dict[str, Any] = serialize_keras_object(learning_rate_schedule)
    return described


def deserialize(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a schedule from what `serialize` returned.

    Parameters
    ----------
    config : dict
    custom_objects : dict, optional
        Name to class, for what is not pynn's own.

    Examples
    --------
    >>> deserialize(serialize(ExponentialDecay(0.1, 100, 0.5))).decay_rate
    0.5
    """
    known = {cls.__name__: cls for cls in _CLASSES}
    return deserialize_keras_object(config, custom_objects, module_objects=known)


__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]
