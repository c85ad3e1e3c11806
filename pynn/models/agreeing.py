"""What ranks agree on before they train together, and what they combine at the end of an epoch."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import backends
from pynn.distributed.group import Group
from pynn.kernels.tables import table
from pynn.models.feeds import ArrayFeed, Feed
from pynn.models.states import walk
from pynn.random import SeedGenerator

if TYPE_CHECKING:
    from pynn.models.compiled import Resolved
    from pynn.models.epochs import Epochs
    from pynn.models.model import Model

# Rows of each array that are compared, spread over all of them.
_COMPARED = 256


def facts(model: Model, feed: Feed, validation: Feed | None, epochs: Epochs) -> dict[str, Any]:
    """What must be equal on all ranks before `fit`; names and values are for people to read.

    Raises
    ------
    ValueError
        If the model computes on a device.
    """
    backend = backends.get_backend()
    if backend == "cuda":
        raise ValueError("DistributedOptimizer computes on CPUs: call pynn.set_backend('cython') before fit")
    optimizer = model.optimizer
    assert optimizer is not None
    found = {
        "version of pynn": sys.modules["pynn"].__version__,
        "instruction set (environment variable PYNN_ISA)": table(backend).isa,
        "backend": backend,
        "weights of the model": forms(model),
        "trainable weights": len(model.trainable_weights),
        "optimizer": _settings(optimizer),
        "own_rows": optimizer.exchange.own_rows,
        "metrics": [type(metric).__name__ for metric in model.metrics],
        "data": type(feed).__name__,
        "epochs": (epochs.numbers, epochs.every),
    }
    found |= _data(feed, "", optimizer.exchange.own_rows)
    found["validation"] = type(validation).__name__ if validation is not None else "none"
    return found | (_data(validation, "validation ", optimizer.exchange.own_rows) if validation is not None else {})


def meet(team: Group, found: dict[str, Any]) -> None:
    """Begin `fit` when all ranks do.

    Raises
    ------
    RuntimeError, ValueError
        If one does something else, or a fact differs.
    """
    try:
        team.meet("fit", found)
    except ValueError as error:
        about_rows = any(word in str(error) for word in ("checksum", "number of rows"))
        hint = (
            " All ranks give fit the same rows, and each takes its share: seed what draws them. If each rank has rows "
            "of its own: DistributedOptimizer(…, own_rows=True)."
        )
        raise ValueError(f"{error}.{hint if about_rows else ''}") from None


def forms(model: Model) -> list[Any]:
    """Types and shapes of the weights."""
    return [(v.dtype, *v.shape) for v in model.weights]


def take_over(team: Group, model: Model) -> None:
    """Overwrite weights and optimizer with those of rank 0."""
    assert model.optimizer is not None
    for variable in (*model.variables, *model.optimizer.variables):
        team.give(variable.live)


def _settings(optimizer: Any) -> str:
    config = {name: value for name, value in optimizer.get_config().items() if isinstance(value, int | float | str)}
    for name in ("name", "learning_rate"):  # rank 0 gives the rate
        config.pop(name, None)
    return f"{type(optimizer).__name__}({', '.join(f'{name}={value}' for name, value in config.items())})"


def _data(feed: Feed, which: str, own: bool) -> dict[str, Any]:
    if not isinstance(feed, ArrayFeed):
        return {}
    arrays = [(n if n[0] in "xw" else f"y ({n})", a) for n, a in feed.rows.arrays.items()]  # x, weights; forms of y
    found: dict[str, Any] = {f"{which}batch_size": feed.batch, f"{which}shuffle": feed._shuffle}
    found |= {f"{which}{name}": f"rows of {a.dtype} {a.shape[1:]}" for name, a in arrays}
    if own:
        return found
    digests = {f"checksum of {which}{name}": f"{_digest(a):08x}" for name, a in arrays}
    return found | {f"{which}number of rows": feed.rows.n} | digests


def _digest(array: np.ndarray) -> int:
    picked = np.linspace(0, len(array) - 1, min(len(array), _COMPARED)).astype(np.int64)
    return zlib.crc32(np.ascontiguousarray(array[picked]).tobytes())


class Seeds:
    """The random numbers of layers: other ones on each rank, while rows are divided.

    Parameters
    ----------
    model : Model
    team : Group
    """

    def __init__(self, model: Model, team: Group) -> None:
        self._states = [thing.state.live for _, thing in walk(model) if isinstance(thing, SeedGenerator)]
        # Streams are counted; a rank begins where no other one arrives.
        self._ahead = np.uint32(team.rank * (2**31 // team.size))

    def keys(self) -> list[int]:
        """The seeds themselves, which plans have as constants."""
        return [int(state[0]) for state in self._states]

    def part(self) -> None:
        """Go to the streams of this rank."""
        for state in self._states:
            state[1:] += self._ahead

    def join(self) -> None:
        """Go back to those of all."""
        for state in self._states:
            state[1:] -= self._ahead


def add_up(team: Group, arrays: Sequence[np.ndarray]) -> None:
    """Replace arrays by their sums over all ranks, in one message."""
    team.meet("metrics", {"sizes of what they keep": [array.shape for array in arrays]})
    flat = np.concatenate([array.reshape(-1).astype(np.float64) for array in arrays])
    team.sum(flat)
    _put(arrays, flat)


def merged(team: Group, resolved: Resolved) -> dict[str, Any]:
    """Loss and metrics over the rows of all ranks: what they are computed from is added up."""
    add_up(team, resolved.totals())
    logs: dict[str, Any] = team.told(resolved.logs())
    return logs


def average_statistics(team: Group, model: Model) -> None:
    """Average the weights that training moves without gradients: the statistics of batch normalization."""
    arrays = [v.live for v in model.non_trainable_weights if v.live.dtype.kind == "f"]
    if not arrays:
        return
    own = np.concatenate([array.reshape(-1).astype(np.float64) for array in arrays])
    first = own.copy()
    team.give(first)
    own -= first  # what is equal everywhere, a frozen layer, stays so bit by bit
    team.sum(own)
    _put(arrays, first + own / team.size)


def _put(arrays: Sequence[np.ndarray], flat: np.ndarray) -> None:
    start = 0
    for array in arrays:
        array[...] = flat[start : start + array.size].reshape(array.shape)
        start += array.size
