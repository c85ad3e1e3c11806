"""What a layer tells of itself: its types, path and metrics; and why it has not what Keras's engines would need."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pynn.layers.tracking import owned, unique

# Names that Keras's layers and models have and these have not: the reason, and what to use.
_STATELESS = "layers and models keep their weights, and no function takes these as arguments"
_ABSENT = {
    "add_metric": (
        "Keras 3 has given it up",
        "a metric made in __init__ and update_state in call, or compile(metrics=…)",
    ),
    "quantize": ("quantisation is left out", "float32 layers"),
    "stateless_call": (_STATELESS, "layer.set_weights(…), then layer(x)"),
    "symbolic_call": ("a call itself is symbolic where it is given a KerasTensor", "layer(x)"),
}
_ABSENT_OF_MODELS = {
    "get_quantization_layer_structure": ("quantisation is left out", "float32 layers"),
    "make_predict_function": ("a model has a plan, not a compiled function", "model.predict or model.predict_on_batch"),
    "make_test_function": ("a model has a plan, not a compiled function", "model.evaluate or model.test_on_batch"),
    "make_train_function": ("a model has a plan, not a compiled function", "model.fit or model.train_on_batch"),
    "set_state_tree": ("a tree is only read", "model.set_weights(…), model.optimizer.variables"),
    "stateless_compute_loss": (_STATELESS, "model.compute_loss(x, y, y_pred)"),
    "to_yaml": ("Keras itself gave it up", "model.to_json()"),
}
for _step in ("train", "test", "predict"):
    _ABSENT_OF_MODELS[f"{_step}_function"] = _ABSENT_OF_MODELS[f"make_{_step}_function"]


class told(property):  # noqa: N801  (as `property`)
    """A property that a layer of one's own may hide by an attribute of the same name."""

    def __set__(self, layer: Any, value: Any) -> None:
        vars(layer)[self.fget.__name__] = value  # type: ignore[union-attr]

    def __get__(self, layer: Any, owner: Any = None) -> Any:
        if layer is None:
            return self
        kept = vars(layer)
        return kept[self.fget.__name__] if self.fget.__name__ in kept else super().__get__(layer, owner)  # type: ignore[union-attr]


class Facts:
    """The part of a layer that says what it is."""

    dtype: str
    name: str
    built: bool
    _own_variables: Callable[[], list[Any]]
    all_sublayers: Callable[[], list[Any]]
    # What the layer expects of its inputs: an `InputSpec`, or a list of them, that a layer of one's own sets.
    input_spec: Any = None

    @told
    def compute_dtype(self) -> str:
        """The type in which the layer computes."""
        return self.dtype

    @told
    def variable_dtype(self) -> str:
        """The type of its weights, as if nothing else is said: the same."""
        return self.dtype

    @told
    def input_dtype(self) -> str:
        """The type to which real inputs are brought: the same."""
        return self.dtype

    @told
    def dtype_policy(self) -> Any:
        """The types as a `keras.DTypePolicy`."""
        from pynn.dtype_policies import DTypePolicy  # only who asks pays for it

        return DTypePolicy(self.dtype)

    @told
    def path(self) -> str | None:
        """The layer's name behind the models' as far as its weights tell them; None before it is built."""
        if not self.built:
            return None
        mine = self._own_variables()
        return mine[0].path.rpartition("/")[0] or self.name if mine else self.name

    @told
    def metrics(self) -> list[Any]:
        """The metrics among the attributes, and those of the layers inside."""
        from pynn.metrics import Metric  # metrics know layers' functions

        return unique([metric for layer in (self, *self.all_sublayers()) for metric in owned(layer, Metric)])

    @told
    def metrics_variables(self) -> list[Any]:
        """The running sums of `metrics`."""
        return [variable for metric in self.metrics for variable in metric.variables]

    if not TYPE_CHECKING:  # else a checker would take any name for an attribute

        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name):
                return object.__getattribute__(self, name)  # raises what the property raised
            raise AttributeError(absent(self, name))


def absent(layer: Any, name: str) -> str:
    """What an error says of an attribute that a layer or model does not have."""
    is_model = hasattr(type(layer), "fit")
    known = _ABSENT | _ABSENT_OF_MODELS if is_model else _ABSENT
    if name not in known:
        return f"'{type(layer).__name__}' object has no attribute '{name}'"
    reason, nearest = known[name]
    return f"{'Model' if is_model else 'Layer'}.{name} is not in pynn: {reason}. Nearest: {nearest}."
