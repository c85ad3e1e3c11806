"""Models as ONNX graphs, for prediction elsewhere: each layer becomes a few of ONNX's operators.

Source of the operators' meaning: ONNX's Operator Schemas, opset 20.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn import extras
from pynn.applied import Applied
from pynn.graph import KerasTensor, is_symbolic
from pynn.structures import flatten

_OPSET, _IR = 20, 9  # the oldest that have Gelu and LayerNormalization; IR 9 came with opset 20
_UNARY = {"abs": "Abs", "exp": "Exp", "exponential": "Exp", "log": "Log", "negative": "Neg", "sqrt": "Sqrt"}
_UNARY |= {"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "softplus": "Softplus", "softsign": "Softsign"}
_UNARY |= {"mish": "Mish", "hard_silu": "HardSwish", "hard_swish": "HardSwish", "sin": "Sin", "cos": "Cos"}
_BINARY = {"add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "true_divide": "Div", "power": "Pow"}
_BINARY |= {"maximum": "Max", "minimum": "Min", "matmul": "MatMul"}
_SAME = "Dropout SpatialDropout1D GaussianDropout GaussianNoise AlphaDropout ActivityRegularization Identity".split()


class Graph:
    """An ONNX graph that grows.

    Parameters
    ----------
    real : dtype
        Of the model's numbers.
    """

    def __init__(self, real: np.dtype[Any]) -> None:
        self.onnx, self.real = extras.require("onnx", "onnx"), real
        extras.require("onnx.numpy_helper", "onnx")
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, op: str, *inputs: str, **settings: Any) -> str:
        """Append an operator of one output; returns its name."""
        name = f"{op}_{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(op, list(inputs), [name], name=name, **settings))
        return name

    def constant(self, value: Any, dtype: Any = None) -> str:
        """An array that belongs to the graph."""
        name = f"constant_{len(self.constants)}"
        array = np.array(value, dtype or self.real)
        self.constants.append(self.onnx.numpy_helper.from_array(array, name))
        return name

    def integers(self, *values: int) -> str:
        """A vector of whole numbers."""
        return self.constant(values, np.int64)


def _activation(graph: Graph, function: Any, x: str) -> str:
    name = getattr(function, "__name__", type(function).__name__)
    if name in ("linear", "softmax", "log_softmax", "selu", "elu", "gelu"):
        settings: dict[str, dict[str, Any]] = {
            "softmax": {"axis": -1},
            "log_softmax": {"axis": -1},
            "gelu": {"approximate": "none"},
        }
        ops = {"softmax": "Softmax", "log_softmax": "LogSoftmax", "selu": "Selu", "elu": "Elu", "gelu": "Gelu"}
        return x if name == "linear" else graph.add(ops[name], x, **settings.get(name, {}))
    if name in ("silu", "swish"):
        return graph.add("Mul", x, graph.add("Sigmoid", x))
    if name == "leaky_relu":
        return graph.add("LeakyRelu", x, alpha=0.2)
    if name == "hard_sigmoid":
        return graph.add("HardSigmoid", x, alpha=1 / 6, beta=0.5)
    if name == "relu6":
        return graph.add("Clip", x, graph.constant(0), graph.constant(6))
    if name not in _UNARY or not getattr(function, "__module__", "pynn.").startswith("pynn."):
        raise ValueError(f"export: the activation {name!r} has no form in ONNX here")
    return graph.add(_UNARY[name], x)


def _dense(graph: Graph, layer: Any, node: Any, x: str) -> str:
    y = graph.add("MatMul", x, graph.constant(layer.kernel))
    y = graph.add("Add", y, graph.constant(layer.bias)) if layer.use_bias else y
    return _activation(graph, layer.activation, y)


def _scaled(graph: Graph, x: str, shape: Any, scale: Any, shift: Any) -> str:
    """x · scale + shift, with both in a shape that repeats to that of x."""
    y = graph.add("Mul", x, graph.constant(np.reshape(scale, shape)))
    return graph.add("Add", y, graph.constant(np.reshape(shift, shape)))


def _batch_normalization(graph: Graph, layer: Any, node: Any, x: str) -> str:
    rank = len(node.outputs[0].shape)
    scale = 1 / np.sqrt(layer.moving_variance.numpy().astype(float) + layer.epsilon)
    scale = scale * layer.gamma.numpy() if layer.scale else scale
    shift = -layer.moving_mean.numpy() * scale + (layer.beta.numpy() if layer.center else 0)
    shape = [1] * rank
    shape[layer.axis] = -1
    return _scaled(graph, x, shape, scale, shift)


def _layer_normalization(graph: Graph, layer: Any, node: Any, x: str) -> str:
    rank = len(node.outputs[0].shape)
    if layer.axis not in ([-1], [rank - 1]) or layer.rms_scaling:
        raise ValueError(f"export: LayerNormalization '{layer.name}' must have axis=-1, and no rms_scaling")
    width = node.outputs[0].shape[-1]
    gamma = graph.constant(layer.gamma if layer.scale else np.ones(width))
    beta = graph.constant(layer.beta if layer.center else np.zeros(width))
    return graph.add("LayerNormalization", x, gamma, beta, axis=-1, epsilon=float(layer.epsilon))


def _normalization(graph: Graph, layer: Any, node: Any, x: str) -> str:
    from pynn import config

    mean, deviation = np.asarray(layer.mean, float), np.sqrt(np.asarray(layer.variance, float))
    deviation = np.maximum(deviation, config.epsilon())
    if layer.invert:
        return _scaled(graph, x, mean.shape, deviation, mean)
    return graph.add("Div", graph.add("Sub", x, graph.constant(mean)), graph.constant(deviation))


def _reshaped(graph: Graph, layer: Any, node: Any, x: str) -> str:
    return graph.add("Reshape", x, graph.integers(-1, *node.outputs[0].shape[1:]))


def _relu(graph: Graph, layer: Any, node: Any, x: str) -> str:
    if layer.threshold:
        raise ValueError(f"export: ReLU '{layer.name}' with a threshold has no form in ONNX here")
    y = graph.add("LeakyRelu", x, alpha=float(layer.negative_slope)) if layer.negative_slope else graph.add("Relu", x)
    return y if layer.max_value is None else graph.add("Min", y, graph.constant(layer.max_value))


def _embedding(graph: Graph, layer: Any, node: Any, x: str) -> str:
    whole = graph.add("Cast", x, to=graph.onnx.TensorProto.INT64)
    return graph.add("Gather", graph.constant(layer.embeddings), whole)


def _prelu(graph: Graph, layer: Any, node: Any, x: str) -> str:
    return graph.add("PRelu", x, graph.constant(layer.alpha.numpy()[None]))


def _merged(op: str) -> Callable[..., str]:
    def convert(graph: Graph, layer: Any, node: Any, *xs: str) -> str:
        y = xs[0]
        for x in xs[1:]:
            y = graph.add(op, y, x)
        return y

    return convert


def _average(graph: Graph, layer: Any, node: Any, *xs: str) -> str:
    return graph.add("Mean", *xs)


def _concatenated(graph: Graph, layer: Any, node: Any, *xs: str) -> str:
    return graph.add("Concat", *xs, axis=layer.axis)


_LAYERS: dict[str, Callable[..., str]] = {
    "Activation": lambda graph, layer, node, x: _activation(graph, layer.activation, x),
    "Average": _average,
    "BatchNormalization": _batch_normalization,
    "Concatenate": _concatenated,
    "Dense": _dense,
    "ELU": lambda graph, layer, node, x: graph.add("Elu", x, alpha=float(layer.alpha)),
    "Embedding": _embedding,
    "LayerNormalization": _layer_normalization,
    "LeakyReLU": lambda graph, layer, node, x: graph.add("LeakyRelu", x, alpha=float(layer.negative_slope)),
    "Normalization": _normalization,
    "PReLU": _prelu,
    "Permute": lambda graph, layer, node, x: graph.add("Transpose", x, perm=[0, *layer.dims]),
    "ReLU": _relu,
    "Rescaling": lambda graph, layer, node, x: _scaled(graph, x, np.shape(layer.scale), layer.scale, layer.offset),
    "Softmax": lambda graph, layer, node, x: graph.add("Softmax", x, axis=layer.axis),
}
_LAYERS |= dict.fromkeys(("Flatten", "Reshape"), _reshaped)
_LAYERS |= {name: lambda graph, layer, node, x: x for name in _SAME}
_LAYERS |= {name.capitalize(): _merged(op) for name, op in _BINARY.items() if name in ("add", "subtract", "multiply")}
_LAYERS |= {"Maximum": _merged("Max"), "Minimum": _merged("Min")}


def _applied(graph: Graph, node: Any, names: dict[int, str]) -> str:
    """A function of keras.ops."""
    name = node.operation.operation.name
    xs = [names[id(a)] if is_symbolic(a) else graph.constant(a) for a in flatten(list(node.args)) if a is not None]
    if name in _BINARY and len(xs) == 2 and not node.kwargs:
        return graph.add(_BINARY[name], *xs)
    if name in _UNARY and len(xs) == 1 and not node.kwargs:
        return graph.add(_UNARY[name], *xs)
    raise ValueError(f"export: the function keras.ops.{name} has no form in ONNX here")


def _convert(graph: Graph, network: Any, given: list[str]) -> list[str]:
    """Add the nodes of a model; returns the names of its outputs."""
    names = {id(tensor): name for tensor, name in zip(network.flat_inputs, given, strict=True)}
    for node in network.nodes:
        operation, inputs = node.operation, [names.get(id(tensor), "") for tensor in node.inputs]
        kind = type(operation).__name__ if type(operation).__module__.startswith("pynn.") else ""
        if isinstance(operation, Applied):
            made = [_applied(graph, node, names)]
        elif getattr(operation, "_network", None) is not None:
            made = _convert(graph, operation._network, inputs)
        elif kind in _LAYERS and node.outputs[0]._keras_mask is None:
            made = [_LAYERS[kind](graph, operation, node, *inputs)]
        else:
            masked = " with a mask" if kind in _LAYERS else ""
            known = ", ".join(sorted(_LAYERS))
            raise ValueError(
                f"export: layer '{operation.name}' ({type(operation).__name__}{masked}) has no form in ONNX here. "
                f"These have one: {known}; and models of them."
            )
        names |= {id(tensor): name for tensor, name in zip(node.outputs, made, strict=True)}
    return [names[id(tensor)] for tensor in network.flat_outputs]


def onnx_bytes(model: Any) -> bytes:
    """The bytes of an ONNX file of the model.

    Raises
    ------
    ValueError
        If the model is no graph of layers, or one of them has no form in ONNX here.
    ImportError
        If onnx is not installed (extra ``onnx``).
    """
    if model._network is None:
        raise ValueError(
            f"export: model '{model.name}' must be a Sequential or functional model that is built; a model that is "
            "written in Python has no graph"
        )
    graph = Graph(model.real)
    helper, network = graph.onnx.helper, model._network
    inputs = [_described(graph, f"input_{i}", tensor) for i, tensor in enumerate(network.flat_inputs)]
    made = _convert(graph, network, [value.name for value in inputs])
    outputs = []
    for i, (name, tensor) in enumerate(zip(made, network.flat_outputs, strict=True)):
        graph.nodes.append(helper.make_node("Identity", [name], [f"output_{i}"]))
        outputs.append(_described(graph, f"output_{i}", tensor))
    whole = helper.make_graph(graph.nodes, model.name, inputs, outputs, graph.constants)
    found = helper.make_model(whole, opset_imports=[helper.make_opsetid("", _OPSET)], producer_name="pynn")
    found.ir_version = _IR
    graph.onnx.checker.check_model(found, full_check=True)
    data: bytes = found.SerializeToString()
    return data


def _described(graph: Graph, name: str, tensor: KerasTensor) -> Any:
    dtype = np.dtype(tensor.dtype) if np.dtype(tensor.dtype).kind in "iu" else graph.real
    kind = graph.onnx.helper.np_dtype_to_tensor_dtype(dtype)
    return graph.onnx.helper.make_tensor_value_info(name, kind, ["n", *tensor.shape[1:]])
