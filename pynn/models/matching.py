"""Which array belongs to which input, output or weight: by position, or by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import naming
from pynn.structures import arrays_of, flatten, is_nested, map_structure

if TYPE_CHECKING:
    from pynn.models.model import Model
    from pynn.models.network import Network


def inputs(model: Model, x: Any) -> tuple[list[Any], Any]:
    """The inputs, flat, as the user gave them, and the structure in which the model takes them."""
    net = model._network
    if net is None:
        return _free(x)
    return _in_order(model, net, x), net.inputs


def _in_order(model: Model, net: Network, x: Any) -> list[Any]:
    names = [tensor.name for tensor in net.flat_inputs]
    if isinstance(net.inputs, dict):
        names = sorted(net.inputs)
    if isinstance(x, Mapping) and not hasattr(x, "to_numpy"):
        return _by_name(x, names, "input")
    if len(names) == 1:
        return [x[0] if _holds_one(x) else x]
    if not isinstance(x, list | tuple) or len(x) != len(names):
        got = f"{len(x)} arrays" if isinstance(x, list | tuple) else f"one of shape {np.shape(x)}"
        raise ValueError(
            f"Model '{model.name}' expects {len(names)} input(s), but it received {got}. Expected input structure: a "
            f"list of arrays for {names}, or a dictionary with these keys."
        )
    return list(x)


def _free(x: Any) -> tuple[list[Any], Any]:
    """The same for a model whose `call` takes what comes."""
    return arrays_of(x[0] if _holds_one(x) else x)


def _holds_one(x: Any) -> bool:
    return isinstance(x, list | tuple) and len(x) == 1 and getattr(x[0], "ndim", 0) >= 1


def _by_name(given: Mapping[str, Any], names: Sequence[str], kind: str) -> list[Any]:
    for name in names:
        if name not in given:
            near = naming.nearest(name, list(map(str, given)))
            raise ValueError(
                f"Missing data for {kind} '{name}'. You passed a data dictionary with keys {list(given)}. "
                f"Expected the following keys: {list(names)}.{near}"
            )
    return [given[name] for name in names]


def input_names(model: Model, count: int) -> list[str]:
    """What messages call the inputs: "x" if there is one."""
    if count == 1:
        return ["x"]
    known = model.input_names
    return [f"x[{known[i]!r}]" if i < len(known) else f"x[{i}]" for i in range(count)]


def input_shapes(model: Model, found: Sequence[np.ndarray]) -> list[Any]:
    """The shapes that the model takes, flat."""
    if model._network is not None:
        return [(None, *tensor.shape[1:]) for tensor in model._network.flat_inputs]
    return [(None, *a.shape[1:]) for a in found]


def first_layers(model: Model, count: int) -> list[str]:
    """For messages: the layer that each input goes to."""
    net = model._network
    if net is None:
        return [model.name] * count
    return net.first_readers


def check_values(model: Model, found: Sequence[np.ndarray]) -> None:
    """Let layers that read an input directly look at its values: class numbers that they do not know, say."""
    for index, array in enumerate(found):
        for check in value_checks(model, index):
            check(array)


def value_checks(model: Model, index: int) -> list[Callable[[np.ndarray], None]]:
    """What layers that read an input directly check of its values."""
    return model._network.value_checks[index] if model._network is not None else []


def output_shapes(model: Model) -> list[tuple[int | None, ...]]:
    """The shapes of the outputs, flat, each beginning with None."""
    if model._network is not None:
        _check_batch_axes(model)
        return [(None, *tensor.shape[1:]) for tensor in model._network.flat_outputs]
    shape = model.output_shape
    if isinstance(shape, dict):
        return [tuple(shape[key]) for key in sorted(shape)]
    if any(is_nested(part) for part in shape):
        return [tuple(part) for part in shape]
    return [tuple(shape)]


def _check_batch_axes(model: Model) -> None:
    net = model._network
    assert net is not None
    firsts = {None, *(tensor.shape[0] for tensor in net.flat_inputs)}
    for index, tensor in enumerate(net.flat_outputs):
        if not tensor.shape or tensor.shape[0] not in firsts:
            raise ValueError(
                f"Output {index} of the model '{model.name}' has shape {tensor.shape}: it has no axis for the rows of "
                "the batch. Such a tensor can be used within a model, but not be its output."
            )


def output_layer(model: Model, index: int) -> str:
    """Name of the layer that makes an output, for messages."""
    net = model._network
    if net is None or net.flat_outputs[index].node is None:
        return model.name
    operation = net.flat_outputs[index].node.operation  # type: ignore[union-attr]
    inside = getattr(operation, "_network", None)
    if inside is not None and len(inside.flat_outputs) == 1:
        return output_layer(operation, 0)
    return str(operation.name)


def targets(y: Any, names: Sequence[str], loss: Any) -> list[Any]:
    """One array, or None, for each output."""
    if y is None:
        return [None] * len(names)
    if isinstance(y, Mapping) and not hasattr(y, "to_numpy"):
        wanted = loss if isinstance(loss, Mapping) and "class_name" not in loss else None
        unknown = [key for key in y if key not in names]
        if unknown:
            raise ValueError(
                f"y has the key {unknown[0]!r}, which is no output of the model. The outputs are {list(names)}."
                f"{naming.nearest(str(unknown[0]), list(names))}"
            )
        return [y.get(name) if wanted is not None and name not in wanted else _required(y, name) for name in names]
    if len(names) == 1:
        return [y[0] if _holds_one(y) else y]
    flat = flatten(y) if isinstance(y, list | tuple) and any(is_nested(part) for part in y) else y
    given = list(flat) if isinstance(flat, list | tuple) else None
    losses = loss if isinstance(loss, list | tuple) else None
    if given is not None and losses is not None and len(given) < len(names) == len(losses):
        rest = iter(given)
        if sum(part is not None for part in losses) == len(given):
            return [None if part is None else next(rest) for part in losses]
    if given is None or len(given) != len(names):
        got = f"{len(given)} arrays" if given is not None else f"one array of shape {np.shape(y)}"
        raise ValueError(
            f"y_true and y_pred have different structures: the model has {len(names)} outputs {list(names)}, and y is "
            f"{got}. Pass a list with one array for each output, or a dictionary by these names."
        )
    return given


def _required(y: Mapping[str, Any], name: str) -> Any:
    if name not in y:
        raise ValueError(f"y has no targets for the output {name!r}; its keys are {list(y)}")
    return y[name]


def weights(sample_weight: Any, names: Sequence[str]) -> list[Any]:
    """Sample weights for each output, or None."""
    if sample_weight is None:
        return [None] * len(names)
    if isinstance(sample_weight, Mapping):
        unknown = [key for key in sample_weight if key not in names]
        if unknown:
            raise ValueError(f"sample_weight has the key {unknown[0]!r}; the outputs are {list(names)}")
        return [sample_weight.get(name) for name in names]
    if len(names) == 1:
        return [sample_weight[0] if _holds_one(sample_weight) else sample_weight]
    if isinstance(sample_weight, list | tuple) and len(sample_weight) == len(names):
        return list(sample_weight)
    return [sample_weight] * len(names)


def output_structure(model: Model) -> Any:
    """The structure in which the model returns its outputs."""
    if model._network is not None:
        return model._network.outputs
    return getattr(model, "_output_structure", None)


def shapes_of(structure: Any) -> Any:
    """The shapes of a structure of arrays, each beginning with None."""
    return map_structure(lambda leaf: (None, *np.shape(leaf)[1:]), structure)


def output_types(model: Model) -> list[np.dtype[Any] | None]:
    """For each output the type that `predict` gives it, where that is not the one in which the model computes."""
    net = model._network
    names = model._output_dtypes if net is None else [tensor.dtype for tensor in net.flat_outputs]
    dtypes = [np.dtype(name) for name in names or []]
    return [dtype if dtype.kind in "iub" or dtype == np.float16 else None for dtype in dtypes]


def typed(model: Model, outputs: list[Any]) -> list[Any]:
    """Outputs in the types of the model's KerasTensors: whole numbers as such."""
    dtypes = output_types(model)
    if not any(dtypes):
        return outputs
    return [out if dtype is None else out.astype(dtype) for out, dtype in zip(outputs, dtypes, strict=True)]
