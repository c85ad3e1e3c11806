"""Configurations in files of Keras 1 and 2, in today's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynn.saving import published
from pynn.saving.refused import refusing

_MODELS = {"Sequential": "keras", "Functional": "keras.src.models.functional", "Model": "keras"}
# What today's classes do not take, and what Keras 2's did without need.
_GONE = {"InputLayer": {"ragged", "sparse"}, "Embedding": {"input_length"}}
_GONE_OF_OPTIMIZERS = {"is_legacy_optimizer", "jit_compile", "decay", "initial_decay"}
_OPERATORS = ("Add", "Subtract", "Multiply", "Maximum", "Minimum")
_RENAMED = {"LeakyReLU": {"alpha": "negative_slope"}}


def model(entry: Any) -> dict[str, Any]:
    """The configuration of a model."""
    config = entry["config"]
    if isinstance(config, list):  # Keras 1's and early Keras 2's chains
        config = {"name": None, "layers": config}
    return _entry({"class_name": entry["class_name"], "config": config})


def archived(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration in a `.keras` file of Keras 2.12 to 2.15."""
    with refusing("its configuration cannot be read", KeyError, TypeError, AttributeError, IndexError):
        compiled = config.get("compile_config")
        if compiled:
            compiled = training(compiled | {"optimizer_config": compiled["optimizer"]})
        return model(config) | {"compile_config": compiled, "build_config": config.get("build_config")}


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A layer, or a model among layers."""
    name, config = entry["class_name"], dict(entry["config"])
    if "layers" in config:
        config["layers"] = [_in_graph(_entry(layer), layer) for layer in config["layers"]]
        name = "Functional" if "input_layers" in config else name
        for key in ("input_layers", "output_layers"):
            if isinstance(config.get(key), list) and len(config[key]) == 1 and isinstance(config[key][0], list):
                config[key] = config[key][0]  # Keras 2 has a list of one where the model was given a tensor
    else:
        config = _settings(name, config)
    if "module" in entry and entry["module"] not in (None, "builtins") and "layers" not in config:
        return {**entry, "config": config}
    path = _MODELS.get(name, "keras.layers")
    known = published.find(path, name) is not None
    return {"module": path if known else None, "class_name": name, "config": config, "registered_name": None} | {
        key: entry[key] for key in ("name", "inbound_nodes", "registered_name", "build_config") if key in entry
    }


def _settings(name: str, config: dict[str, Any]) -> dict[str, Any]:
    shape = config.pop("batch_input_shape", None)
    if shape is not None:
        config["batch_shape" if name == "InputLayer" else "input_shape"] = shape if name == "InputLayer" else shape[1:]
    axis = config.get("axis")
    if isinstance(axis, list) and len(axis) == 1 and name != "Normalization":
        config["axis"] = axis[0]
    for old, new in _RENAMED.get(name, {}).items():
        if old in config:
            config[new] = config.pop(old)
    dtype = config.get("dtype")
    if isinstance(dtype, dict) and "module" not in dtype:
        config["dtype"] = dtype.get("config", {}).get("name")
    function = config.get("function")
    if name == "Lambda" and isinstance(function, list):
        config["function"] = {"class_name": "__lambda__", "config": {"value": function}}
        for key in ("module", "function_type", "output_shape_type", "output_shape_module"):
            config.pop(key, None)
    return {key: value for key, value in config.items() if key not in _GONE.get(name, ())}


def _in_graph(entry: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """With its calls as today's files have them: Keras 2 lists [layer, call, output, arguments] for each input."""
    calls = given.get("inbound_nodes")
    if not calls:
        return entry
    entry["inbound_nodes"] = [call if isinstance(call, dict) else _call(call) for call in calls]
    for call in entry["inbound_nodes"]:
        if not given.get("module") and given["class_name"] in _OPERATORS and len(call.get("args", ())) > 1:
            call["args"] = [call["args"]]  # Keras 3 writes x + y as a layer that takes one list
    return entry


def _call(inputs: Any) -> dict[str, Any]:
    inputs = [inputs] if isinstance(inputs[0], str) else inputs
    tensors = [_tensor(where) for where in inputs]
    kwargs = dict(inputs[0][3]) if len(inputs[0]) > 3 else {}
    return {"args": [tensors if len(tensors) > 1 else tensors[0]], "kwargs": kwargs}


def _tensor(where: list[Any]) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": where[:3]}}


def training(config: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of `compile_from_config`."""
    optimizer = dict(config["optimizer_config"])
    settings = {key: value for key, value in optimizer["config"].items() if key not in _GONE_OF_OPTIMIZERS}
    if optimizer["config"].get("decay"):
        settings["decay"] = optimizer["config"]["decay"]
    name = optimizer["class_name"].rpartition(">")[2]
    right = next(
        (
            n
            for n in ("SGD", "RMSprop", "Adam", "AdamW", "Adamax", "Nadam", "Adagrad", "Adadelta", "Ftrl")
            if n.lower() == name.lower()
        ),
        name,
    )
    found = {"module": "keras.optimizers", "class_name": right, "config": settings, "registered_name": None}
    return {
        "optimizer": found,
        "loss": _losses(config.get("loss")),
        "loss_weights": config.get("loss_weights"),
        "metrics": _metrics(config.get("metrics")),
        "weighted_metrics": _metrics(config.get("weighted_metrics")),
    }


def _losses(given: Any) -> Any:
    if isinstance(given, dict) and "class_name" in given:
        return {"module": "keras.losses", "registered_name": None} | given
    if isinstance(given, dict):
        return {key: _losses(part) for key, part in given.items()}
    return [_losses(part) for part in given] if isinstance(given, list) else given


def _metrics(given: Any) -> Any:
    """Keras 2 has a list for the one output of a model, and wraps functions in classes of its own."""
    if isinstance(given, list):
        parts = [_metrics(part) for part in given]
        return parts[0] if len(parts) == 1 and isinstance(parts[0], list) else parts
    if not isinstance(given, dict):
        return given
    if "class_name" not in given:
        return {key: _metrics(part) for key, part in given.items()}
    if given["class_name"].endswith("MetricWrapper"):
        name, function = given["config"].get("name"), given["config"]["fn"]
        return name if name in ("accuracy", "acc") else function
    return {"module": "keras.metrics", "registered_name": None} | given
