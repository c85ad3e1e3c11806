"""The state of a model and of what belongs to it, at the paths where Keras's files have it.

A path is made of attributes: `layers/dense_1`, `optimizer`.  In lists the things are numbered by class in order of
appearance, so that names, which are often automatic, do not matter.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from pynn import naming
from pynn.layers import Layer
from pynn.optimizers import Optimizer
from pynn.random import SeedGenerator
from pynn.saving import hdf5
from pynn.saving.refused import RefusedFileError
from pynn.variables import Variable

# What models, layers and optimizers of pynn's keep for themselves; `layers` and `optimizer` are asked for by name.
_INNER = {"_given", "_layers", "_compile_arguments", "_seen_shape", "_output_structure", "_owned", "_inbound"}
_INNER |= {"_network", "_works", "_compiled", "_applied", "_short_cuts", "history"}
_ASKED_FOR = {"layers", "optimizer"}


def _is_saved(thing: Any) -> bool:
    return isinstance(thing, Layer | Optimizer | SeedGenerator)


def walk(owner: Any) -> Iterator[tuple[str, Any]]:
    """Yield (path, thing) for everything that has a state, outer things first, each once."""
    yield from _walk(owner, "", set(), set())


def _walk(thing: Any, path: str, seen: set[int], seen_containers: set[int]) -> Iterator[tuple[str, Any]]:
    if id(thing) in seen:
        return
    seen.add(id(thing))
    yield path, thing
    for name, value in _parts(thing):
        inner = f"{path}/{name}" if path else name
        if _is_saved(value):
            yield from _walk(value, inner, seen, seen_containers)
        elif isinstance(value, list | tuple | dict):
            yield from _walk_container(value, inner, seen, seen_containers)


def _walk_container(container: Any, path: str, seen: set[int], inside: set[int]) -> Iterator[tuple[str, Any]]:
    if id(container) in inside:
        return
    inside = inside | {id(container)}
    numbers: dict[str, int] = {}
    for value in list(container.values()) if isinstance(container, dict) else container:
        if _is_saved(value):
            name = _numbered(naming.to_snake_case(type(value).__name__), numbers)
            yield from _walk(value, f"{path}/{name}", seen, inside)
        elif isinstance(value, list | tuple | dict):
            yield from _walk_container(value, f"{path}/{_numbered('container', numbers)}", seen, inside)


def _numbered(name: str, numbers: dict[str, int]) -> str:
    numbers[name] = numbers.get(name, -1) + 1
    return f"{name}_{numbers[name]}" if numbers[name] else name


def _parts(thing: Any) -> Iterator[tuple[str, Any]]:
    """Attributes, as Keras goes through them: layers of a chain or a graph first, then by name, private ones last."""
    if isinstance(thing, SeedGenerator | Optimizer):
        return
    is_model = hasattr(type(thing), "_known_network")
    if is_model and (thing._network is not None or _is_chain(thing)):
        yield "layers", _listed(thing)
    own = {name for cls in type(thing).__mro__ if not cls.__module__.startswith("pynn.") for name in vars(cls)}
    names = (own | vars(thing).keys() | (_ASKED_FOR if is_model else set())) - _INNER - _of_every_layer()
    for name in sorted(names, key=lambda name: f"~{name}" if name.startswith("_") else name):
        if not name.startswith("__"):
            try:
                value = _listed(thing) if name == "layers" and is_model else getattr(thing, name)
            except Exception:  # a property of the user's that cannot answer now
                continue
            yield name, value


def _is_chain(model: Any) -> bool:
    return any(f"{cls.__module__}.{cls.__name__}" == "pynn.models.sequential.Sequential" for cls in type(model).__mro__)


def _listed(model: Any) -> list[Layer]:
    """Its layers, with the inputs where Keras lists them: in graphs, not in chains."""
    network = model._network
    if network is None or _is_chain(model):
        return list(model.layers)
    return [operation for operation in network.operations if isinstance(operation, Layer)]


_names: set[str] = set()


def _of_every_layer() -> set[str]:
    if not _names:
        _names.update(dir(Layer(name="any")))
    return _names


def collect(owner: Any, skipped: Any = ()) -> list[hdf5.Entry]:
    """What a file holds of a model: (path, name, arrays) for each thing with a state."""
    left_out = {id(thing) for thing in skipped}
    found: list[hdf5.Entry] = []
    for path, thing in walk(owner):
        if id(thing) not in left_out:
            store: dict[str, Any] = {}
            if isinstance(thing, SeedGenerator):
                store["0"] = thing.state
            else:
                thing.save_own_variables(store)
            arrays = {str(key): np.asarray(value) for key, value in store.items()}
            name = getattr(thing, "name", None)
            found.append((path, name if isinstance(name, str) else None, arrays))
    return found


def restore(owner: Any, file: hdf5.File, skip_mismatch: bool = False, skipped: Any = ()) -> None:
    """Take the state of a model from a file; if anything is wrong, the model is as it was.

    Raises
    ------
    RefusedFileError
        If the file is damaged.
    ValueError
        If it does not fit the model, and `skip_mismatch` is off.
    """
    left_out, things = {id(thing) for thing in skipped}, list(walk(owner))
    before = [(v, v.live.copy()) for _, thing in things for v in _variables(thing)]
    failed: list[tuple[Any, Exception]] = []
    try:
        for path, thing in things:
            if id(thing) not in left_out:
                try:
                    _load(thing, file.vars(path))
                except RefusedFileError:
                    raise
                except Exception as error:  # whatever a user's load_own_variables raises
                    failed.append((thing, error))
        if failed and not skip_mismatch:
            raise ValueError(_failure(failed)) from failed[0][1]
    except BaseException:
        for variable, value in before:
            variable.fill(value)
        raise
    if failed:
        warnings.warn(_failure(failed), stacklevel=4)


def _variables(thing: Any) -> list[Variable]:
    if isinstance(thing, SeedGenerator):
        return [thing.state]
    return list(thing.variables) if isinstance(thing, Optimizer) else thing._own_variables()


def _load(thing: Any, store: hdf5.Group) -> None:
    if isinstance(thing, SeedGenerator):
        if "0" in store:  # Keras's files leave them out
            thing.state.fill(store.matching("0", thing.state.shape, thing.state.dtype))
    else:
        thing.load_own_variables(store)


def _failure(failed: list[tuple[Any, Exception]]) -> str:
    thing, error = failed[0]
    return (
        f"A total of {len(failed)} objects could not be loaded. Example error message for object {thing}:\n\n{error}"
        f"\n\nList of objects that could not be loaded:\n{[thing for thing, _ in failed]}"
    )
