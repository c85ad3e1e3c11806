"""How a layer is called: on KerasTensors, which records a node, or on arrays, which computes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import graph
from pynn.graph import is_symbolic
from pynn.layers import added, composite, eager, input_spec, masks, penalties, straight
from pynn.layers.context import is_training
from pynn.layers.shapes import shapes, tensors
from pynn.plan import Plan
from pynn.structures import flatten, is_nested

if TYPE_CHECKING:
    from pynn.layers.layer import Layer


def checked_arguments(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    """Arguments of a call, inputs first; raise ValueError for what no layer can take."""
    if "_inbound" not in vars(layer):
        raise RuntimeError(
            f"In layer '{type(layer).__name__}', you forgot to call `super().__init__()` as the first statement in the "
            "`__init__()` method."
        )
    written = composite.is_user_written(layer)
    if not args and "inputs" in kwargs and not written:
        args, kwargs = (kwargs["inputs"],), {k: v for k, v in kwargs.items() if k != "inputs"}
    if not written:
        input_spec.check_arrays(layer, args)
    known = {"training", "mask"} if layer._takes_mask or not masks.there(kwargs.get("mask")) else {"training"}
    if not written and (len(args) != 1 or set(kwargs) - known):
        raise TypeError(
            f"layer '{layer.name}' is called with its input, several in one list, and with training= if need be; "
            f"got {len(args)} inputs{' and ' + ', '.join(sorted(kwargs)) if kwargs else ''}"
        )
    spec = getattr(layer, "input_spec", None)
    if spec is not None and args:
        input_spec.check(layer, spec, args[0])
    return args, kwargs


def call(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a layer gives when it is called, masks included."""
    found = straight.call(layer, args, kwargs)
    if found is None:
        args, kwargs = checked_arguments(layer, args, kwargs)
        found = masks.passed_on(layer, args, kwargs, result(layer, args, kwargs))
        straight.keep(layer, args, kwargs)
    return found


def result(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a call gives: KerasTensors for KerasTensors, else tensors."""
    if graph.any_symbolic(args, kwargs):
        return graph.record(layer, args, kwargs)
    added.begin(layer)
    run = composite.run if composite.is_user_written(layer) else eager_call
    y = run(layer, args, kwargs)
    if layer.activity_regularizer is not None:
        added.add_activity(layer, y)
    return y


def symbolic_outputs(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """KerasTensors for the outputs of a symbolic call; builds the layer."""
    if composite.is_user_written(layer):
        return composite.symbolic_outputs(layer, args, kwargs)
    shape = layer.ensure_built(shapes(args[0]))
    given = getattr(args[0], "dtype", "float32")
    keeps = layer._keeps_integers and isinstance(given, str) and np.dtype(given).kind in "iub"
    return tensors(shape, given if keeps else layer.dtype)


def lower(layer: Layer, plan: Plan, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    """Emit a layer that is called with slots, and the penalty of its output."""
    training, args = bool(kwargs["training"]) if "training" in kwargs else None, masks.attached(plan, args, kwargs)
    with plan.of_layer(layer.name), plan.as_training(training):
        if composite.is_user_written(layer):
            y, backward = composite.lower(layer, plan, args, kwargs)
        else:
            y, backward = layer.lower(plan, args[0])
            backward = masks.ignored(backward, kwargs)
        y = masks.lowered(layer, plan, args, y, keeps=_has_inside(layer))

    def back(dy: Any) -> Any:
        with plan.of_layer(layer.name):
            return backward(dy)

    if layer.activity_regularizer is None:
        return y, back
    if is_nested(y):
        raise ValueError(f"layer '{layer.name}': activity_regularizer needs a layer with one output")
    penalized = penalties.lower_activity(plan, layer, y)
    return y, lambda dy: back(penalized(dy))


def _has_inside(layer: Layer) -> bool:
    """Whether what a layer gives comes from layers inside it."""
    return composite.is_user_written(layer) or hasattr(layer, "_network")


def of_first_node(layer: Layer, what: str) -> Any:
    """The input or output of the layer's first symbolic call; AttributeError if there was none."""
    if not layer._inbound:
        raise AttributeError(f"The layer {layer.name} has never been called and thus has no defined {what}.")
    node = layer._inbound[0]
    return node.args[0] if what == "input" and node.args else node.result


def eager_call(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Compute the output of a layer that comes with pynn, also where a user's `call` asks for its parent's."""
    if any(map(is_symbolic, flatten(list(args)))):
        return composite.inherited(layer, args, kwargs)
    return eager.apply(layer, args[0], is_training(kwargs), masks.previous(args, kwargs))


def regularizer(given: Any) -> Any:
    """The regularizer of a name, object or config."""
    if given is None:
        return None
    from pynn import regularizers

    return regularizers.get(given)


def regularizer_config(regularizer: Any) -> Any:
    """What a regularizer is written as."""
    from pynn import regularizers

    return regularizers.serialize(regularizer)


def constraint(given: Any) -> Any:
    """The constraint of a name, object or config."""
    if given is None:
        return None
    from pynn import constraints

    return constraints.get(given)
