"""Keras 1's and 2's `.h5` files: whole models, or weights, by layers' names."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from pynn import saving
from pynn.models import from_files, older_configs
from pynn.saving import checksums, hdf5, sharing
from pynn.saving.refused import RefusedFileError, about, refusing
from pynn.variables import Variable

# HDF5 holds 64 KiB of an attribute with an object; Keras cuts longer lists of names at this size.
_MOST_BYTES = 64512


def is_older(file: hdf5.File) -> bool:
    """Whether a file has Keras 1's and 2's form."""
    with refusing("the HDF5 file cannot be read"):
        return "layer_names" in file.root.attrs or "model_weights" in file.root or "layer_names0" in file.root.attrs


def load_model(filepath: Any, data: bytes, custom_objects: Any, compile: bool, safe_mode: bool) -> Any:
    """A model from the bytes of a file."""
    with about(filepath):
        body, seal = checksums.unsealed(data)  # files of weights alone have one
    digests = seal and seal["arrays"]
    with about(filepath), saving.custom_object_scope(custom_objects), hdf5.File(body, digests) as file:
        config = _json(file, "model_config")
        if config is None:
            raise ValueError(
                f"No model config found in the file at {filepath}. It holds weights alone: make the model, then call "
                "model.load_weights(path)."
            )
        with refusing("its configuration cannot be read", KeyError, TypeError, AttributeError, IndexError):
            modern = older_configs.model(config)
        model = from_files.made(modern, safe_mode, len(data))
        with refusing("its weights do not fit its configuration", ValueError):
            take_weights(model, file, skip_mismatch=False, by_name=False)
        if compile:
            _compile(model, file)
    return model


def _json(file: hdf5.File, name: str) -> Any:
    text = file.attribute(file.root, name)
    if text is None:
        return None
    with refusing(f"its {name} is no JSON"):
        return json.loads(text)


def _compile(model: Any, file: hdf5.File) -> None:
    config = _json(file, "training_config")
    if config is None:
        warnings.warn(
            "No training configuration found in the save file, so the model was *not* compiled. Compile it manually.",
            stacklevel=5,
        )
        return
    try:
        model.compile_from_config(older_configs.training(config))
    except Exception as error:  # settings of another version: the weights are still worth having
        warnings.warn(f"The model was *not* compiled: {error}. Compile it manually.", stacklevel=5)
        return
    group = file.group("optimizer_weights")
    if group is None:
        return
    values = _in_order(file, group)
    variables = model.optimizer.variables
    if len(values) == len(variables) - 1:  # Keras 2 before 2.12 keeps the learning rate in the configuration
        values.insert(1, np.asarray(variables[1]))
    if [np.shape(value) for value in values] != [v.shape for v in variables]:
        warnings.warn(
            "Error in loading the saved optimizer state. As a result, your model is starting with a freshly "
            "initialized optimizer.",
            stacklevel=5,
        )
        return
    model.optimizer.set_weights(values)


def _in_order(file: hdf5.File, group: Any) -> list[np.ndarray]:
    """The optimizer's numbers as today's order has them: those beside one weight together."""
    names = _names(file, group, "weight_names")
    if len(names) > 1 and all(name.count("/") > 1 and name.endswith(("/m:0", "/v:0", "/vhat:0")) for name in names[1:]):
        owners = list(dict.fromkeys(name.rpartition("/")[0] for name in names[1:]))
        names[1:] = sorted(names[1:], key=lambda name: owners.index(name.rpartition("/")[0]))
    found = [_found(file, "optimizer_weights", name) for name in names]
    return [stored[key] for stored, key in found]


def load_weights(model: Any, data: bytes, skip_mismatch: bool, by_name: bool) -> None:
    """Take weights from the bytes of a file."""
    with hdf5.File(data) as file:
        if not is_older(file):
            raise RefusedFileError("it is no file of weights that Keras 1 or 2 wrote: it has no layer names")
        take_weights(model, file, skip_mismatch, by_name)


def take_weights(model: Any, file: hdf5.File, skip_mismatch: bool, by_name: bool) -> None:
    """Take weights from an open file; if anything is wrong, the model is as it was."""
    within = "model_weights" if file.group("model_weights") is not None else ""
    group = file.group(within)
    chosen: list[tuple[Variable, np.ndarray]] = []
    for where, owner, path in _pairs(model, file, group, within, by_name):
        found = file.group(path)
        if found is None:
            raise RefusedFileError(f"the file lacks the group '{path}' that it lists")
        names, variables = _names(file, found, "weight_names"), _ordered(owner)
        if len(names) != len(variables):
            _mismatch(
                f"Weight count mismatch for {where}. Layer expects {len(variables)} weight(s). Received {len(names)} "
                "saved weight(s)",
                skip_mismatch,
            )
            continue
        for name, variable in zip(names, variables, strict=True):
            try:
                stored, key = _found(file, path, name)
                chosen.append((variable, stored.matching(key, variable.shape, variable.dtype)))
            except RefusedFileError:
                raise
            except ValueError as error:
                _mismatch(f"Shape mismatch in {where} for weight {variable.path}. {error}", skip_mismatch)
    for variable, value in chosen:
        variable.assign(value)


def _found(file: hdf5.File, path: str, name: str) -> tuple[hdf5.Group, str]:
    """The group that holds an array, and its key there: names have slashes, and a link may stand at each."""
    folder, _, key = f"{path}/{name}".rpartition("/")
    group = hdf5.Group(file, folder, file.group(folder))
    if key not in group:
        raise RefusedFileError(f"the file lacks the array '{folder}/{key}' that it lists")
    return group, key


def _mismatch(text: str, skip: bool) -> None:
    if not skip:
        raise ValueError(text)
    warnings.warn(f"Skipping: {text}", stacklevel=5)


def _pairs(model: Any, file: hdf5.File, group: Any, within: str, by_name: bool) -> Iterator[tuple[str, Any, str]]:
    """Yield (words for errors, layer, path of its group)."""
    names = _names(file, group, "layer_names")
    start = f"{within}/" if within else ""
    if by_name:
        layers = {layer.name: layer for layer in model.layers}
        for number, name in enumerate(names):
            if name in layers:
                yield f"layer #{number} (named {name})", layers[name], start + name
        return
    owners = [layer for layer in model.layers if layer.weights]
    filled = [name for name in names if _has_weights(file, start + name)]
    if len(filled) != len(owners):
        raise ValueError(
            f"Layer count mismatch when loading weights from file. Model expected {len(owners)} layers, found "
            f"{len(filled)} saved layers. The model has {[layer.name for layer in owners]}, the file {filled}."
        )
    for number, (layer, name) in enumerate(zip(owners, filled, strict=True)):
        yield f"layer #{number} (named {layer.name} in the model, {name} in the file)", layer, start + name


def _has_weights(file: hdf5.File, path: str) -> bool:
    found = file.group(path)
    return found is not None and bool(_names(file, found, "weight_names"))


def _ordered(layer: Any) -> list[Variable]:
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _names(file: hdf5.File, group: Any, name: str) -> list[str]:
    """A list of names, which long lists continue in attributes with numbers."""
    found = file.attribute(group, name)
    if found is not None:
        parts = [found]
    else:
        parts, number = [], 0
        while (part := file.attribute(group, f"{name}{number}")) is not None:
            parts.append(part)
            number += 1
    with refusing(f"its list {name!r} cannot be read"):
        return [n.decode("utf-8") if isinstance(n, bytes) else str(n) for part in parts for n in np.ravel(part)]


def written(model: Any, include_optimizer: bool) -> bytes:
    """The bytes of a file of the whole model."""
    if model._network is None:
        raise NotImplementedError(
            "Saving the model to HDF5 format requires the model to be a Functional model or a Sequential model. It "
            'does not work for subclassed models: save it with model.save("m.keras"), or its weights with '
            'model.save_weights("m.weights.h5").'
        )
    with sharing.writing():
        settings = sharing.shared_only(saving.serialize_keras_object(model.get_config()))
    config = {"class_name": type(model).__name__, "config": settings}
    facts: dict[str, Any] = {"keras_version": "3.15.1", "backend": "pynn", "model_config": json.dumps(config)}
    if include_optimizer and model.compiled:
        compiled = dict(model.get_compile_config())
        compiled["optimizer_config"] = compiled.pop("optimizer")
        facts["training_config"] = json.dumps(compiled)
    with hdf5.h5py().File("m.h5", "w", driver="core", backing_store=False) as file:
        for key, value in facts.items():
            file.attrs[key] = value
        _write_weights(file.create_group("model_weights"), model)
        if include_optimizer and model.compiled and model.optimizer.built:
            _write_variables(file.create_group("optimizer_weights"), model.optimizer.variables)
        file.flush()
        image: bytes = file.id.get_file_image()
    return image


def weights_written(model: Any) -> bytes:
    """The bytes of a file of the weights alone."""
    with hdf5.h5py().File("m.h5", "w", driver="core", backing_store=False) as file:
        _write_weights(file, model)
        file.flush()
        image: bytes = file.id.get_file_image()
    return image


def _write_weights(group: Any, model: Any) -> None:
    _write_names(group, "layer_names", [layer.name for layer in model.layers])
    group.attrs["backend"], group.attrs["keras_version"] = b"pynn", b"3.15.1"
    for layer in sorted(model.layers, key=lambda layer: str(layer.name)):
        _write_variables(group.create_group(layer.name), _ordered(layer))
    _write_variables(group.create_group("top_level_model_weights"), [])


def _write_variables(group: Any, variables: list[Variable]) -> None:
    used: Mapping[str, int] = {}
    names = []
    for variable in variables:
        count = used[variable.path] = used.get(variable.path, -1) + 1  # type: ignore[index]
        names.append(f"{variable.path}_{count}" if count else variable.path)
    _write_names(group, "weight_names", names)
    for name, variable in zip(names, variables, strict=True):
        group[name] = variable.live


def _write_names(group: Any, key: str, names: list[str]) -> None:
    array, parts = np.array([name.encode() for name in names]), 1
    while any(part.nbytes > _MOST_BYTES for part in np.array_split(array, parts)):
        parts += 1
    if parts == 1:
        group.attrs[key] = array
    else:
        for number, part in enumerate(np.array_split(array, parts)):
            group.attrs[f"{key}{number}"] = part
