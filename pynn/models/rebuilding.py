"""Configurations of functional models, in Keras's form, and models from them; clones."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from pynn import naming, ops, saving
from pynn.applied import Applied
from pynn.graph import KerasTensor, Node, is_symbolic
from pynn.layers import InputLayer, Layer
from pynn.metrics import Metric
from pynn.models.model import Model
from pynn.models.network import filled
from pynn.models.sequential import Sequential
from pynn.optimizers import Optimizer
from pynn.structures import flatten, map_structure

# Where Keras's sources have the classes of functions.
_FAMILIES = {"linalg": ops.in_linalg, "nn": ops.in_nn, "numpy": ops.like_numpy}


def functional_config(model: Model) -> dict[str, Any]:
    """Layers, their calls, and which tensors come in and go out."""
    net = model._network
    assert net is not None
    calls = _calls_of(net.operations, net.nodes)
    where: dict[int, list[Any]] = {}
    for operation in net.operations:
        for number, node in enumerate(calls[id(operation)]):
            where |= {id(tensor): [operation.name, number, tensor.index] for tensor in node.outputs}
    layers = []
    for operation in net.operations:
        entry = _applied(operation) if isinstance(operation, Applied) else saving.serialize_keras_object(operation)
        nodes = [] if isinstance(operation, InputLayer) else calls[id(operation)]
        layers.append(entry | {"name": operation.name, "inbound_nodes": [_written(node, where) for node in nodes]})
    start = {"name": model.name, "trainable": model.trainable, "layers": layers}
    return start | {
        "input_layers": map_structure(lambda tensor: where[id(tensor)], net.inputs),
        "output_layers": map_structure(lambda tensor: where[id(tensor)], net.outputs),
    }


def _calls_of(operations: list[Any], nodes: list[Node]) -> dict[int, list[Node]]:
    found: dict[int, list[Node]] = {id(operation): [] for operation in operations}
    for operation in operations:
        if isinstance(operation, InputLayer):
            found[id(operation)] = operation._inbound[:1]
    for node in nodes:
        found[id(node.operation)].append(node)
    return found


def _written(node: Node, where: dict[int, Any]) -> dict[str, Any]:
    def leaf(value: Any) -> Any:
        if not is_symbolic(value):
            return saving.serialize_keras_object(value)
        config = {"shape": value.shape, "dtype": value.dtype, "keras_history": where[id(value)]}
        return {"class_name": "__keras_tensor__", "config": config}

    kwargs = map_structure(leaf, node.kwargs)
    if isinstance(node.operation, Model):  # Keras's models are told of masks
        kwargs |= {"mask": map_structure(lambda tensor: None, node.args[0])}
    return {"args": tuple(map_structure(leaf, list(node.args))), "kwargs": kwargs}


def _applied(applied: Applied) -> dict[str, Any]:
    """A function of keras.ops as Keras writes it: as an object of a class within its own sources."""
    name = applied.operation.name
    family = next((family for family, names in _FAMILIES.items() if name in names), "math")
    entry = {"module": f"keras.src.ops.{family}", "class_name": applied.class_name}
    config = saving.serialize_keras_object(applied.get_config())
    return entry | {"config": config, "registered_name": applied.class_name}


def _operation(entry: dict[str, Any], custom_objects: Any) -> Any:
    """What an entry of the configuration describes."""
    if not str(entry.get("module", "")).startswith("keras.src.ops."):
        return saving.deserialize_keras_object(entry, custom_objects)
    word = naming.to_snake_case(entry["class_name"])
    if word not in ops.everything:
        raise TypeError(f"from_config: {entry['class_name']} of {entry['module']} is not in keras.ops here")
    settings = {key: saving.deserialize_keras_object(value) for key, value in entry["config"].items() if key != "name"}
    return Applied(ops.everything[word], settings, entry["config"].get("name", word))


def functional(cls: type[Any], config: dict[str, Any], custom_objects: Any = None) -> Any:
    """A functional model from its configuration."""
    tensors: dict[tuple[str, int, int], KerasTensor] = {}
    waiting: list[tuple[Any, int, dict[str, Any]]] = []
    for entry in config["layers"]:
        operation = _operation(entry, custom_objects)
        name = entry.get("name") or entry["config"]["name"]
        operation.name = name
        if isinstance(operation, InputLayer):
            tensors[name, 0, 0] = operation.output
        waiting += [(operation, number, call) for number, call in enumerate(entry["inbound_nodes"])]
    while waiting:
        later = [item for item in waiting if not _called(item, tensors)]
        if len(later) == len(waiting):
            names = sorted({operation.name for operation, _, _ in later})
            raise ValueError(f"from_config: the inputs of layers {names} are made by no layer of the configuration")
        waiting = later
    inputs = _located(config["input_layers"], tensors)
    model = cls(inputs, _located(config["output_layers"], tensors), name=config.get("name"))
    if not config.get("trainable", True):
        model.trainable = False
    return model


def _called(item: tuple[Any, int, dict[str, Any]], tensors: dict[tuple[str, int, int], KerasTensor]) -> bool:
    """Make one call if its inputs are there."""
    operation, number, call = item
    try:
        args, kwargs = (_read(call[part], tensors) for part in ("args", "kwargs"))
    except KeyError:
        return False
    for index, tensor in enumerate(flatten(operation(*args, **kwargs))):
        tensors[operation.name, number, index] = tensor
    return True


def _read(value: Any, tensors: dict[tuple[str, int, int], KerasTensor]) -> Any:
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        name, number, index = value["config"]["keras_history"]
        return tensors[name, number, index]
    if isinstance(value, dict) and "class_name" not in value:
        return {key: _read(part, tensors) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([_read(part, tensors) for part in value])
    return saving.deserialize_keras_object(value) if isinstance(value, dict) else value


def _located(structure: Any, tensors: dict[tuple[str, int, int], KerasTensor]) -> Any:
    if isinstance(structure, dict):
        return {key: _located(part, tensors) for key, part in structure.items()}
    if len(structure) == 3 and isinstance(structure[0], str):
        return tensors[structure[0], structure[1], structure[2]]
    return [_located(part, tensors) for part in structure]


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Callable[[Layer], Layer] | None = None,
    call_function: Any = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """A model of new layers with the same configuration and new weights, compiled alike if the model is.

    Parameters
    ----------
    model : Sequential or functional model
    input_tensors : KerasTensor or list of them, optional
        Inputs of the clone; new ones if not given.
    clone_function : callable, optional
        ``layer -> layer``; makes a layer from the configuration if not given.
    call_function : callable, optional
        ``(layer, *args, **kwargs) -> tensors``; calls the layer if not given.
    recursive : bool, default False
        Clone models inside by `clone_function` too.

    Raises
    ------
    ValueError
        If the model is subclassed: there is no graph to copy.

    Examples
    --------
    >>> model = Sequential([keras.Input((4,)), Dense(2)])
    >>> clone_model(model).count_params()
    10
    """
    if kwargs:
        raise ValueError(f"Unexpected keyword argument(s): {sorted(kwargs)}")
    clone = clone_function or (lambda layer: type(layer).from_config(layer.get_config()))
    if isinstance(model, Sequential):
        return _compiled_alike(model, _clone_sequential(model, input_tensors, clone, recursive))
    if model._network is None:
        raise ValueError(
            "Expected `model` argument to be a functional `Model` instance, but got a subclassed model instead: "
            f"{model}. Make a new one with its class and get_config."
        )
    return _compiled_alike(model, _clone_functional(model, input_tensors, clone, (call_function, recursive)))


def _compiled_alike(model: Model, clone: Any) -> Any:
    """The clone with an optimizer and metrics of its own; losses keep no state, and functions are shared."""
    if not model.compiled:
        return clone
    own = (type(model).compile, type(model).get_compile_config, type(model).compile_from_config)
    if not all(method.__module__.startswith("pynn.") for method in own):
        clone.compile_from_config(model.get_compile_config())
        return clone
    clone.compile(**map_structure(_fresh, model._compile_arguments))
    if model.optimizer is not None:  # no configuration tells of the ranks with which it shares gradients
        clone.optimizer.exchange = copy.copy(model.optimizer.exchange)
    return clone


def _fresh(given: Any) -> Any:
    """What keeps state, made anew by its configuration; anything else as it is."""
    return type(given).from_config(given.get_config()) if isinstance(given, Optimizer | Metric) else given


def _copied(layer: Layer, clone: Any, recursive: bool) -> Layer:
    if recursive and isinstance(layer, Model):
        made: Layer = clone_model(layer, clone_function=clone, recursive=True)
        return made
    copied: Layer = clone(layer)
    return copied


def _clone_sequential(model: Sequential, input_tensors: Any, clone: Any, recursive: bool) -> Sequential:
    layers = [layer if isinstance(layer, InputLayer) else _copied(layer, clone, recursive) for layer in model._layers]
    if input_tensors is not None:
        first = flatten(input_tensors)[0]
        layers = [first, *(layer for layer in layers if not isinstance(layer, InputLayer))]
    elif layers and isinstance(layers[0], InputLayer):
        layers[0] = InputLayer.from_config(layers[0].get_config())
    return Sequential(layers, trainable=model.trainable, name=model.name)


def _clone_functional(model: Model, input_tensors: Any, clone: Any, how: tuple[Any, bool]) -> Any:
    net, (call, recursive) = model._network, how
    assert net is not None
    copies = {id(layer): _copied(layer, clone, recursive) for layer in net.layers if not isinstance(layer, InputLayer)}
    if input_tensors is None:
        given = [
            InputLayer(batch_shape=tensor.shape, dtype=tensor.dtype, name=tensor.node.operation.name).output
            for tensor in net.flat_inputs
            if tensor.node is not None
        ]
    else:
        given = flatten(input_tensors)
    found: dict[int, Any] = {id(tensor): new for tensor, new in zip(net.flat_inputs, given, strict=True)}
    for node in net.nodes:
        operation = copies.get(id(node.operation), node.operation)
        args, kwargs = filled(node, found)
        result = call(operation, *args, **kwargs) if call else operation(*args, **kwargs)
        for tensor, new in zip(node.outputs, flatten(result), strict=True):
            found[id(tensor)] = new
    inputs, outputs = (map_structure(lambda tensor: found[id(tensor)], part) for part in (net.inputs, net.outputs))
    return type(model)(inputs, outputs, name=model.name)


def model_from_config(config: dict[str, Any], custom_objects: Any = None) -> Any:
    """A model from what `serialize_keras_object` returned for it.

    Parameters
    ----------
    config : dict
    custom_objects : dict, optional

    Examples
    --------
    >>> config = keras.saving.serialize_keras_object(Sequential([keras.Input((4,)), Dense(2)]))
    >>> model_from_config(config).count_params()
    10
    """
    return saving.deserialize_keras_object(config, custom_objects)


def model_from_json(json_string: str, custom_objects: Any = None) -> Any:
    """A model from what its `to_json` returned; weights are new.

    Parameters
    ----------
    json_string : str
    custom_objects : dict, optional

    Examples
    --------
    >>> text = Sequential([keras.Input((4,)), Dense(2)]).to_json()
    >>> model_from_json(text).count_params()
    10
    """
    import json

    return model_from_config(json.loads(json_string), custom_objects)
