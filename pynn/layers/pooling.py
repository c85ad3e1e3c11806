"""The mean or the largest along the steps of a sequence."""

from __future__ import annotations

from typing import Any

from pynn.layers import axes, masks
from pynn.layers.layer import Backward, Layer
from pynn.layers.reshaping import check_ndim
from pynn.plan import Plan, Slot


class _GlobalPooling1D(Layer):
    """One number a feature, from all steps: the base of both."""

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format, self.keepdims = axes.checked_data_format(data_format), keepdims
        self.built = True

    @property
    def _steps(self) -> int:
        return 1 if self.data_format == "channels_last" else 2

    def check_input(self, input_shape: Any) -> None:
        check_ndim(self, input_shape, 3)

    def compute_output_shape(self, input_shape: Any) -> Any:
        shape = list(input_shape)
        if self.keepdims:
            shape[self._steps] = 1
        else:
            del shape[self._steps]
        return tuple(shape)

    def _terms(self, x: Slot) -> Slot:
        """As (rows, steps, features): with channels first, every channel is a row."""
        if self._steps == 1:
            return x
        return x.view(axes.times(x.shape[0], x.features[0]), x.features[1], 1)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"data_format": self.data_format, "keepdims": self.keepdims}


class GlobalAveragePooling1D(_GlobalPooling1D):
    """The mean over the steps of a sequence: (n, steps, features) becomes (n, features).

    Parameters
    ----------
    data_format : {"channels_last", "channels_first"}, optional
        With "channels_first" inputs are (n, features, steps).
    keepdims : bool, default False
        Keep the axis of the steps, with size 1.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If inputs do not have three axes.

    Notes
    -----
    Under a mask the mean is over the steps that count; a row without any gives NaN, as in Keras.

    Examples
    --------
    >>> GlobalAveragePooling1D()(np.array([[[1.0, 2.0], [3.0, 6.0]]])).tolist()
    [[2.0, 4.0]]
    """

    _takes_mask = True

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """None: no steps are left."""

    def lower_mask(self, plan: Plan, x: Slot, mask: Any) -> None:
        """None, as `compute_mask`."""

    def mask_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """Shape of the mask of an input: one number for each step."""
        return (input_shape[0], input_shape[self._steps])

    def _lower_masked(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        order = [0, self._steps, 3 - self._steps]
        terms, mask = axes.permute(plan, x, order), masks.of_shape(self, x)
        y = plan.emit("masked_mean_forward", terms, mask, label=self.name)

        def backward(dy: Slot) -> Slot:
            dx = plan.emit("masked_mean_backward", mask, dy.view(*y.shape), label=f"{self.name}.dx")
            return axes.permute(plan, dx, axes.inverse(order))

        return y.view(*self.compute_output_shape(x.shape)), backward

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        if x.mask is not None:
            return self._lower_masked(plan, x)
        terms = self._terms(x)
        steps = terms.features[0]
        y = plan.emit("sum_axis", terms, scalars=(1 / steps,), label=self.name)

        def backward(dy: Slot) -> Slot:
            dx = plan.emit("repeat_axis", dy.view(*y.shape), scalars=(1 / steps,), label=f"{self.name}.dx", r=steps)
            shaped: Slot = dx.view(*x.shape)
            return shaped

        return y.view(*self.compute_output_shape(x.shape)), backward


class GlobalMaxPooling1D(_GlobalPooling1D):
    """The largest over the steps of a sequence: (n, steps, features) becomes (n, features).

    Parameters
    ----------
    data_format : {"channels_last", "channels_first"}, optional
        With "channels_first" inputs are (n, features, steps).
    keepdims : bool, default False
        Keep the axis of the steps, with size 1.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If inputs do not have three axes.

    Notes
    -----
    Steps that are equally large share the gradient equally, as in Keras on JAX.

    Examples
    --------
    >>> GlobalMaxPooling1D()(np.array([[[1.0, 7.0], [3.0, 6.0]]])).tolist()
    [[3.0, 7.0]]
    """

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        terms = self._terms(x)
        y = plan.emit("max_axis_forward", terms, label=self.name)

        def backward(dy: Slot) -> Slot:
            dx: Slot = plan.emit("max_axis_backward", terms, y, dy.view(*y.shape), label=f"{self.name}.dx")
            return dx.view(*x.shape)

        return y.view(*self.compute_output_shape(x.shape)), backward
