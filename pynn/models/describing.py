"""What a model says about itself: names, shapes, layers, configuration as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import naming
from pynn.layers import InputLayer, Layer
from pynn.layers.input import Input
from pynn.layers.shapes import tensors
from pynn.models.network import Network
from pynn.structures import flatten, is_nested, map_structure, pack_as
from pynn.tensor import as_tensor

if TYPE_CHECKING:
    from pynn.models.model import Model


def is_input(layer: Any) -> bool:
    """Whether a layer is an input."""
    return isinstance(layer, InputLayer)


def network(inputs: Any, outputs: Any) -> Network:
    """The graph between inputs and outputs; an input that a layer makes gets an Input of its own in its place."""
    found = Network(inputs, outputs)
    if all(tensor.node is not None and is_input(tensor.node.operation) for tensor in found.flat_inputs):
        return found
    fresh = [
        tensor if is_input(tensor.node.operation) else Input(batch_shape=tensor.shape, name=tensor.name)
        for tensor in found.flat_inputs
        if tensor.node is not None
    ]
    return Network(pack_as(inputs, fresh), found.call(fresh, {}))


def output_names(model: Model) -> list[str]:
    """Names of the outputs of a model, each different."""
    net = model._network
    if net is None:
        structure = getattr(model, "_output_structure", None)
        if isinstance(structure, dict):
            return sorted(structure)
        count = len(flatten(structure)) if structure is not None else 1
        return [f"output_{i + 1}" for i in range(count)]
    if isinstance(net.outputs, dict) and not any(is_nested(part) for part in net.outputs.values()):
        return sorted(net.outputs)
    names = [tensor.node.operation.name for tensor in net.flat_outputs if tensor.node is not None]
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        count = seen[name] = seen.get(name, 0) + 1
        unique.append(name if count == 1 else f"{name}_{count - 1}")
    return unique


def check_input(model: Model, net: Network, input_shape: Any) -> None:
    """Raise ValueError if inputs of these shapes do not fit the model."""
    shapes = _flat_shapes(input_shape)
    if len(shapes) != len(net.flat_inputs):
        raise ValueError(
            f"Model '{model.name}' expects {len(net.flat_inputs)} input(s), but it received {len(shapes)} input "
            "tensors: Function was called with an invalid input structure. Expected input structure: "
            f"{model.input_shape}. Received input structure: {input_shape}"
        )
    for tensor, shape in zip(net.flat_inputs, shapes, strict=True):
        fits = len(shape) == len(tensor.shape) and all(
            None in (a, b) or a == b for a, b in zip(shape, tensor.shape, strict=True)
        )
        if not fits:
            raise ValueError(
                f"Model '{model.name}' was passed incompatible inputs. For input '{tensor.name}', expected shape "
                f"{tensor.shape}, but received instead a tensor with shape {shape}."
            )


def _flat_shapes(shape: Any) -> list[Any]:
    if isinstance(shape, dict):
        return [part for key in sorted(shape) for part in _flat_shapes(shape[key])]
    if isinstance(shape, tuple | list) and not any(is_nested(size) for size in shape):
        return [tuple(shape)]
    return [part for one in shape for part in _flat_shapes(one)]


def get_layer(model: Model, name: str | None, index: int | None) -> Layer:
    """See `Model.get_layer`."""
    if index is not None and name is not None:
        raise ValueError(f"Provide only a layer name or a layer index. Received: index={index}, name={name}.")
    if name is None and index is None:
        raise ValueError("Provide either a layer name or layer index at `get_layer`.")
    if index is not None:
        if not -len(model.layers) <= index < len(model.layers):
            raise ValueError(
                f"Was asked to retrieve layer at index {index} but model only has {len(model.layers)} layers."
            )
        return model.layers[index]
    for layer in model.layers:
        if layer.name == name:
            return layer
    known = [layer.name for layer in model.layers]
    raise ValueError(f"No such layer: {name}. Existing layers are: {known}.{naming.nearest(str(name), known)}")


def build_by_call(model: Model, input_shape: Any) -> None:
    """Build a subclassed model by recording its `call`; `input_shape` may be nested."""
    if model._network is not None:
        return
    if input_shape is None:
        raise ValueError(f"build of model '{model.name}' needs an input_shape, such as model.build((None, 8))")
    if not _is_one(input_shape):
        shape: Any = map_shapes(tuple, input_shape)
    else:
        shape = tuple(input_shape)
    model.built = True
    result = model(tensors(shape, model.dtype))
    model._output_structure = map_structure(lambda tensor: None, result)
    model._output_dtypes = [tensor.dtype for tensor in flatten(result)]
    model.input_shape, model.output_shape = shape, map_structure(lambda tensor: tensor.shape, result)


def _is_one(shape: Any) -> bool:
    return isinstance(shape, tuple | list) and not any(is_nested(size) for size in shape)


def map_shapes(function: Any, shape: Any) -> Any:
    """The same structure of shapes with `function` of each."""
    if _is_one(shape):
        return function(shape)
    if isinstance(shape, dict):
        return {key: map_shapes(function, part) for key, part in shape.items()}
    return type(shape)([map_shapes(function, part) for part in shape])


def to_json(model: Model, options: dict[str, Any]) -> str:
    """See `Model.to_json`."""
    import json

    from pynn import saving

    return json.dumps(saving.serialize_keras_object(model), default=_plain, **options)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{value!r} of type {type(value).__name__} cannot be written as JSON")


def state_tree(model: Model, value_format: str) -> dict[str, Any]:
    """See `Model.get_state_tree`."""
    if value_format not in ("backend_tensor", "numpy_array"):
        raise ValueError(
            f"Invalid `value_format` argument. Expected one of {{'numpy_array', 'backend_tensor'}}. Received: "
            f"value_format={value_format}"
        )
    parts = {
        "trainable_variables": model.trainable_variables,
        "non_trainable_variables": model.non_trainable_variables,
        "optimizer_variables": model.optimizer.variables if model.optimizer is not None else [],
        "metrics_variables": model.metrics_variables,
    }
    found: dict[str, Any] = {}
    for part, variables in parts.items():
        found[part] = {}
        for variable in variables:
            *folders, name = variable.path.split("/")
            place = found[part]
            for folder in folders:
                place = place.setdefault(folder, {})
            place[name] = variable.numpy() if value_format == "numpy_array" else as_tensor(variable.numpy().copy())
    return found


def check_no_mask(model: Model, kwargs: dict[str, Any]) -> None:
    """Raise ValueError if a model that is called on arrays is given a mask."""
    if any(mask is not None for mask in flatten([kwargs.get("mask")])):
        raise ValueError(
            f"model '{model.name}': mask= is not available where a model is called on arrays; make the mask in the "
            "model, by Masking or Embedding(mask_zero=True)"
        )
