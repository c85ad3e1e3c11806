"""The functional form: a graph of layer calls."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Self

from pynn.models import rebuilding
from pynn.models.model import Model, rename
from pynn.saving.published import publish_hidden


def _with_older_names(init: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(init)
    def call(self: Any, *args: Any, **kwargs: Any) -> None:
        rename(kwargs)
        init(self, *args, **kwargs)

    return call


class Functional(Model):
    """A model made of layer calls between its inputs and its outputs: what ``Model(inputs, outputs)`` gives.

    Parameters
    ----------
    inputs, outputs : KerasTensor, or list, tuple, dict of them
    name : str, optional

    Examples
    --------
    >>> x = keras.Input((4,))
    >>> keras.Model(x, Dense(2)(x)).output_shape
    (None, 2)
    """

    @_with_older_names
    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(inputs, outputs, name=name, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Return layers and how they are joined, without weights."""
        if type(self) is not Functional:
            return super().get_config()
        return rebuilding.functional_config(self)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """Make a model from what `get_config` returned; weights are new.

        Raises
        ------
        TypeError
            If a layer's class is unknown.
        """
        if "layers" not in config:
            return cls(**config)
        made: Self = rebuilding.functional(cls, config, custom_objects)
        return made


Model._functional = Functional
publish_hidden("keras.src.models.functional", Functional)
