"""A layer around another one."""

from __future__ import annotations

from typing import Any, Self

from pynn import saving
from pynn.layers.layer import Layer


class Wrapper(Layer):
    """Hold another layer: what a layer of your own that changes what another one does inherits from.

    Parameters
    ----------
    layer : Layer
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `layer` is no layer.

    Examples
    --------
    >>> class Doubled(Wrapper):
    ...     def call(self, x):
    ...         return 2 * self.layer(x)
    >>> Doubled(keras.layers.Rescaling(3.0))(np.ones((1, 2))).tolist()
    [[6.0, 6.0]]
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Layer {layer} supplied to Wrapper isn't a supported layer type. Please ensure wrapped layer is a "
                "valid Keras layer."
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        """Build the layer inside."""
        if not self.layer.built:
            self.layer.ensure_built(input_shape, self.name)
        self.built = True

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"layer": saving.serialize_keras_object(self.layer)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """Make a layer from what `get_config` returned."""
        layer = saving.deserialize_keras_object(config["layer"], custom_objects)
        return cls(**config | {"layer": layer})
