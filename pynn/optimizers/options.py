"""Arguments that all optimizers share: older spellings, checks, and the learning rate of a config."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pynn import legacy, naming
from pynn.optimizers.schedules import InverseTimeDecay
from pynn.saving import deserialize_keras_object

if TYPE_CHECKING:
    from pynn.optimizers.optimizer import Optimizer


def older_spellings(cls: type[Optimizer], learning_rate: Any, kwargs: dict[str, Any]) -> Any:
    """The learning rate, with `lr` and `decay` of Keras 1 and 2 taken into account.

    Raises
    ------
    ValueError
        If other arguments are left: they are not known.
    """
    if "lr" in kwargs:
        legacy.renamed(cls.__name__, kwargs, {"lr": "learning_rate"})
        learning_rate = kwargs.pop("learning_rate")
    decay = kwargs.pop("decay", None)
    if decay is not None:
        today = "learning_rate=keras.optimizers.schedules.InverseTimeDecay(rate, decay_steps=1, decay_rate=…)"
        legacy.warn(f"{cls.__name__}(decay=…)", today)
    if decay:
        learning_rate = InverseTimeDecay(learning_rate, 1, decay)
    if kwargs:
        inits = [vars(c)["__init__"] for c in cls.__mro__[:-1] if "__init__" in vars(c)]
        known = {name for init in inits for name in inspect.signature(init).parameters}
        near = naming.nearest(next(iter(kwargs)), known - {"self", "kwargs"})
        raise ValueError(f"Argument(s) not recognized: {kwargs} (optimizer {cls.__name__}).{near}")
    return learning_rate


def check(optimizer: Optimizer) -> None:
    """Raise ValueError if an option is out of range, or more than one kind of clipping is asked for."""
    clips = {name: getattr(optimizer, name) for name in ("clipnorm", "clipvalue", "global_clipnorm")}
    if sum(value is not None for value in clips.values()) > 1:
        given = ", ".join(f"{name}={value}" for name, value in clips.items())
        raise ValueError(
            f"Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: {given} "
            f"(optimizer {optimizer.name!r})"
        )
    for name, value in (*clips.items(), ("weight_decay", optimizer.weight_decay)):
        if value is not None and not _is_number(value):
            raise ValueError(f"{optimizer.name}: `{name}` must be a number or None. Received: {name}={value!r}")
    steps, every = optimizer.gradient_accumulation_steps, optimizer.ema_overwrite_frequency
    if steps and not (isinstance(steps, int) and steps >= 2):
        raise ValueError(
            f"`gradient_accumulation_steps` must be an integer >= 2. Received: gradient_accumulation_steps={steps}"
        )
    if optimizer.use_ema and not 0 <= optimizer.ema_momentum <= 1:
        raise ValueError(f"`ema_momentum` must be in the range [0, 1]. Received: ema_momentum={optimizer.ema_momentum}")
    if optimizer.use_ema and every and not (isinstance(every, int) and every >= 1):
        raise ValueError(
            f"`ema_overwrite_frequency` must be an integer >= 1 or None. Received: ema_overwrite_frequency={every}"
        )


def _is_number(value: Any) -> bool:
    try:
        return bool(float(value) == float(value)) and not isinstance(value, str)
    except (TypeError, ValueError):
        return False


def read_rate(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None) -> dict[str, Any]:
    """The config with the learning rate made into a schedule or function, if it describes one."""
    rate = config.get("learning_rate")
    if isinstance(rate, dict):
        return {**config, "learning_rate": deserialize_keras_object(rate, custom_objects)}
    return dict(config)


def unit_interval(owner: str, argument: str, value: float) -> float:
    """Return a number in [0, 1], or raise ValueError."""
    if not 0 <= value <= 1:
        raise ValueError(f"{owner}: `{argument}` must be a number in [0, 1], got {value}")
    return value
