"""Layers whose `call` a user wrote: recorded on symbolic inputs, then lowered node by node.

Layers that come with pynn keep their compiled steps inside such a layer.  What cannot be recorded (a decision that
depends on values, a NumPy function) runs as Python, once a batch: see `python.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import graph
from pynn.graph import KerasTensor, is_symbolic, ordered_nodes
from pynn.layers import added, lowering, masks, python
from pynn.layers.context import context, current, is_training, said_training
from pynn.layers.shapes import shapes, tensors
from pynn.plan import Plan, Slot
from pynn.structures import flatten, map_structure, pack_as
from pynn.tensor import Tensor, as_tensor

if TYPE_CHECKING:
    from pynn.layers.layer import Layer


def is_user_written(layer: Layer) -> bool:
    """Whether the class that defines `call` stands below the one that defines `lower`."""
    for cls in type(layer).__mro__:
        if "lower" in vars(cls):
            return False
        if "call" in vars(cls):
            return True
    return False


def may_add(layer: Layer) -> bool:
    """Whether a call may add to the loss: a layer inside has a penalty of its output, or a `call` of a user's."""
    parts = [layer, *layer.all_sublayers()]
    return any(part.activity_regularizer is not None or is_user_written(part) for part in parts)


def takes(function: Any, name: str) -> bool:
    """Whether a function has a parameter of this name."""
    import inspect

    try:
        found = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    return name in found


def _by_default(layer: Layer) -> Any:
    """What the layer's `call` takes for `training` if nobody says."""
    import inspect

    parameter = inspect.signature(layer.call).parameters.get("training")
    return parameter is not None and parameter.default is True


def is_not_told(model: Layer) -> bool:
    """Whether fit leaves out that it trains, as in Keras: if a user wrote `call` without an argument `training`."""
    return is_user_written(model) and not takes(model.call, "training")


def _with_training(layer: Layer, kwargs: dict[str, Any], training: bool) -> dict[str, Any]:
    if not takes(layer.call, "training"):
        return {name: value for name, value in kwargs.items() if name != "training" or takes(layer.call, "kwargs")}
    return {"training": training} | kwargs


def _with_mask(layer: Layer, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The mask of the first argument, for a `call` that takes masks."""
    if kwargs.get("mask") is None and masks.there(found := masks.previous(args, kwargs)) and takes(layer.call, "mask"):
        return kwargs | {"mask": found}
    return kwargs


def build(layer: Layer, args: tuple[Any, ...]) -> None:
    """Let the layer make its weights, before its first call."""
    if not layer.built:
        shape = map_structure(_shape, args[0]) if args else None
        if not getattr(type(layer).build, "records_call", False):  # else the call that follows builds the layers
            layer.build(shape)
        layer.built = True
        layer.input_shape = shape


def _shape(leaf: Any) -> Any:
    shape = getattr(leaf, "shape", None)
    return None if shape is None else tuple(shape) if is_symbolic(leaf) else (None, *shape[1:])


def _as_input(leaf: Any, dtype: str) -> Any:
    """An argument of `call`: numbers that are not whole have the layer's type."""
    array = leaf if isinstance(leaf, Tensor) else np.asarray(leaf)
    if array.dtype.kind not in "fiub":
        return leaf
    given = as_tensor(array.astype(dtype) if array.dtype.kind == "f" and array.dtype != dtype else array)
    if masks.of(leaf) is not None:
        given._keras_mask = masks.of(leaf)
    return given


def run(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call it on arrays, in Python."""
    kwargs = _with_mask(layer, args, kwargs)
    args = tuple(map_structure(lambda leaf: _as_input(leaf, layer.dtype), a) for a in args)
    build(layer, args)
    outer, said = current(), said_training(kwargs)
    training = bool(_by_default(layer) if said is None else said)
    with context(training, outer.losses if outer else None):
        return _made(layer, layer.call(*args, **_with_training(layer, kwargs, training)))


def _made(layer: Layer, result: Any) -> Any:
    if result is None:
        raise ValueError(f"layer '{layer.name}': call returned None. Does it end with return?")
    return result


def symbolic_outputs(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """KerasTensors for the outputs of a symbolic call; builds the layer and those inside."""
    build(layer, args)
    kwargs = _with_mask(layer, args, kwargs)
    try:
        result, _ = _trace(layer, args, kwargs, is_training(kwargs))
    except Exception:  # whatever user code raises: it may still run on arrays
        return python.outputs_of(_eager(layer, kwargs, False), args)
    prefix_paths(layer)
    return map_structure(lambda leaf: KerasTensor(leaf.shape, leaf.dtype), result)


def prefix_paths(layer: Layer) -> None:
    """Put the layer's name in front of the paths of the weights inside."""
    for inside in layer.sublayers:
        for variable in inside.weights:
            if not variable.path.startswith(f"{layer.name}/"):
                variable.path = f"{layer.name}/{variable.path}"


def output_shape(layer: Layer, input_shape: Any) -> Any:
    """Shapes of the outputs for a shape, or a structure of shapes, of the first argument."""
    return map_structure(lambda tensor: tensor.shape, symbolic_outputs(layer, (tensors(input_shape, layer.dtype),), {}))


def _trace(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool) -> tuple[Any, list[Any]]:
    losses: list[Any] = []
    with graph.tracing(), context(training, losses):
        result = layer.call(*args, **_with_training(layer, kwargs, training))
    if not flatten(result) or not all(map(is_symbolic, flatten(result))):
        raise TypeError(f"layer '{layer.name}': call returned {result!r}, which does not depend on its inputs")
    return result, losses


def _eager(layer: Layer, kwargs: dict[str, Any], training: bool) -> Any:
    def call(*args: Any) -> Any:
        with context(training, []):
            return _made(layer, layer.call(*args, **_with_training(layer, kwargs, training)))

    return call


def lower(layer: Layer, plan: Plan, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    """Emit the steps of a user's layer.

    Parameters
    ----------
    layer : Layer
    plan : Plan
    args, kwargs
        The arguments of `call`, with slots in the place of arrays.

    Returns
    -------
    tuple
        Outputs, and the way back: it returns one slot if there is one input, else a list.
    """
    slots: list[Slot] = [leaf for leaf in flatten([list(args), kwargs]) if isinstance(leaf, Slot)]
    symbols = masks.symbols_of(slots)
    named, keywords = map_structure(
        lambda leaf: symbols[id(leaf)] if isinstance(leaf, Slot) else leaf, [list(args), kwargs]
    )
    build(layer, tuple(named))
    try:
        result, losses = _trace(layer, tuple(named), _with_mask(layer, named, keywords), plan.training)
    except Exception:  # see symbolic_outputs
        return _lower_python(layer, plan, [list(args), kwargs])
    hidden = [slot.mask for slot in slots if slot.mask is not None]
    inputs = [(symbols[id(slot)], slot) for slot in [*slots, *hidden]]
    return _lower_traced(layer, plan, (inputs, len(slots)), (result, losses))


def _lower_python(layer: Layer, plan: Plan, given: list[Any]) -> tuple[Any, Any]:
    training, own = plan.training, sum(isinstance(leaf, Slot) for leaf in flatten(given))

    def call(args: Any, kwargs: Any, hidden: Any) -> Any:
        for leaf, mask in zip(flatten(args), flatten([hidden]), strict=True):
            if mask is not None:
                leaf._keras_mask = mask != 0
        losses: list[Any] = []
        with context(training, losses):
            y = _made(layer, layer.call(*args, **_with_training(layer, _with_mask(layer, args, kwargs), training)))
        return [y, added.total(losses, plan.dtype)]

    with_masks = [*given, masks.of_slots(given[0])]
    (y, loss), backward = python.lower(plan, call, with_masks, layer.trainable_weights, layer.name)
    slope = plan.penalize(loss, layer)

    def back(dy: Any) -> Any:
        dxs = flatten(backward([*flatten(dy), slope]))[:own]
        return dxs[0] if own == 1 else dxs

    return y, back


def _lower_traced(layer: Layer, plan: Plan, inputs: Any, traced: Any) -> tuple[Any, Any]:
    (pairs, own), (result, losses) = inputs, traced
    symbols, outputs = [symbol for symbol, _ in pairs], flatten(result)
    wanted = [*outputs, *(loss for _, loss in losses if is_symbolic(loss))]
    found = {id(symbol): slot for symbol, slot in pairs}
    backward = lowering.lower_nodes(plan, ordered_nodes(symbols, wanted), found, layer.name)
    slopes = [(loss, lowering.lower_loss(plan, found, adder, loss)) for adder, loss in losses]

    def back(dy: Any) -> Any:
        gradients: dict[int, Slot] = {}
        for tensor, slot in [*zip(outputs, flatten(dy), strict=True), *slopes]:
            lowering.add_to(plan, gradients, tensor, slot)
        backward(gradients)
        dxs = [gradients.get(id(symbol)) for symbol in symbols[:own]]
        return dxs[0] if len(dxs) == 1 else dxs

    return pack_as(result, [found[id(tensor)] for tensor in outputs]), back


def _shape_of_steps(layer: Layer, input_shape: Any) -> Any:
    """The output shape by the class that says what is computed, whatever a user's class made of it."""
    for cls in type(layer).__mro__:
        if "lower" in vars(cls):
            given: Any = next(c for c in cls.__mro__ if "compute_output_shape" in vars(c))
            plain = "lower" in vars(given) and "call" in vars(given)  # Layer's own: it would record the user's call
            return input_shape if plain else given.compute_output_shape(layer, input_shape)
    return input_shape


class Inherited:
    """What a layer's own class computes, called from a `call` that a user put over it."""

    def __init__(self, layer: Layer, training: bool) -> None:
        self.layer, self.training, self.name = layer, training, layer.name
        self._inbound: list[Any] = []

    def symbolic_outputs(self, x: Any) -> Any:
        """See `pynn.graph.Operation`."""
        return tensors(_shape_of_steps(self.layer, shapes(x)), self.layer.dtype)

    def lower_call(self, plan: Plan, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Emit the steps of the layer's own class."""
        with plan.as_training(self.training):
            return self.layer.lower(plan, args[0])


def inherited(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Record ``super().call(…)`` on symbolic inputs."""
    return graph.record(Inherited(layer, is_training(kwargs)), args)
