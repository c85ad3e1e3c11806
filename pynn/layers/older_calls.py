"""What layers could do in Keras 1 and 2: each call still runs, and says once what it is called today."""

from __future__ import annotations

from typing import Any

from pynn import legacy


class OlderLayerCalls:
    """The part of a layer that answers calls of older programs."""

    _inbound: list[Any]
    name: str
    # Values that the weights get when they are made.
    _first_weights: list[Any] | None = None

    def get_input_at(self, node_index: int) -> Any:
        """The input of the layer's call of this number.

        Parameters
        ----------
        node_index : int

        Examples
        --------
        >>> import warnings
        >>> layer = Dense(2)
        >>> y = layer(keras.Input((3,)))
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     layer.get_input_at(0).shape
        (None, 3)
        """
        legacy.warn("layer.get_input_at(0)", "layer.input")
        return _of(self._call_number(node_index).inputs)

    def get_output_at(self, node_index: int) -> Any:
        """The output of the layer's call of this number.

        Parameters
        ----------
        node_index : int

        Examples
        --------
        >>> import warnings
        >>> layer = Dense(2)
        >>> y = layer(keras.Input((3,)))
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     layer.get_output_at(0) is y
        True
        """
        legacy.warn("layer.get_output_at(0)", "layer.output")
        return self._call_number(node_index).result

    def _call_number(self, index: int) -> Any:
        if not -len(self._inbound) <= index < len(self._inbound):
            raise ValueError(
                f"Layer {self.name} has been called on {len(self._inbound)} KerasTensors or lists of them, so there is "
                f"no call number {index}"
            )
        return self._inbound[index]


def _of(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors
