"""Reverse-mode differentiation: a tape writes down what is computed, and is read backwards.

The interface is TensorFlow's.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from pynn import recording
from pynn.backward import filler, pull_back, start, units
from pynn.entries import Entry, record
from pynn.graph import OPERATORS
from pynn.structures import flatten, pack_as
from pynn.tensor import Tensor, as_tensor
from pynn.variables import Variable

__all__ = ["GradientTape", "record"]


class GradientTape:
    """Record operations, then give the gradients of what they computed.

    Parameters
    ----------
    persistent : bool, default False
        Whether `gradient` may be called more than once.
    watch_accessed_variables : bool, default True
        Follow every trainable variable that is read; else only what is given to `watch`.

    Notes
    -----
    Tapes can be nested: the outer one follows what the inner one's `gradient` computes.  Arrays that are operands must
    not change in place before the gradient is taken; variables may.

    Examples
    --------
    >>> x = keras.ops.convert_to_tensor(3.0)
    >>> with GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = x * x
    >>> float(tape.gradient(y, x))
    6.0
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self.watches_variables = watch_accessed_variables
        self.watched: set[int] = set()
        self._persistent = persistent
        self._entries: list[Entry] | None = []
        self._held: list[Any] = []  # keeps the tensors alive whose ids stand in `watched`
        self._variables: dict[int, Variable] = {}

    def __enter__(self) -> GradientTape:
        if self in recording.state.stack:
            raise ValueError("Tape is still recording, This can happen if you try to re-enter an already-active tape.")
        if self._entries is None:
            self._forget()
        recording.state.stack = [*recording.state.stack, self]
        return self

    def __exit__(self, *exception: Any) -> None:
        self._stop()

    def _stop(self) -> None:
        recording.state.stack = [tape for tape in recording.state.stack if tape is not self]

    def _forget(self) -> None:
        self.watched, self._entries, self._held, self._variables = set(), [], [], {}

    def add(self, entry: Entry) -> None:
        """Write an entry down if one of its inputs is followed."""
        follows = False
        for value in entry.inputs:
            if id(value) in self.watched:
                follows = True
            elif self.watches_variables and isinstance(value, Variable) and value.is_watchable:
                self._watch_variable(value)
                follows = True
        if follows and self._entries is not None:
            self._entries.append(entry)
            for output in entry.outputs:
                self.watched.add(id(output))

    def _watch_variable(self, variable: Variable) -> None:
        self.watched.add(id(variable))
        self._variables[id(variable)] = variable

    def watch(self, tensor: Any) -> None:
        """Follow a tensor or variable, or a nested structure of them.

        Parameters
        ----------
        tensor : Tensor, Variable, or list, tuple, dict of them

        Raises
        ------
        ValueError
            If it is something else; a NumPy array, say, has to go through `keras.ops.convert_to_tensor`.
        """
        for value in flatten(tensor):
            if not isinstance(value, Tensor | Variable):
                raise ValueError(
                    f"Passed in object {value!r} of type {type(value).__name__!r}, not a Tensor or Variable. Make a "
                    "tensor of it first: x = keras.ops.convert_to_tensor(x); tape.watch(x)."
                )
            if np.dtype(value.dtype).kind not in "fc":
                warnings.warn(
                    f"The dtype of the watched tensor must be floating (e.g. float32), got {value.dtype}", stacklevel=2
                )
            if isinstance(value, Variable):
                self._watch_variable(value)
            self.watched.add(id(value))
            self._held.append(value)

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables that were read so far, in order."""
        return tuple(self._variables.values())

    @contextlib.contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Record nothing of what is computed inside.

        Raises
        ------
        RuntimeError
            If the tape is not recording.
        """
        before = recording.state.stack
        if self not in before:
            raise RuntimeError("Trying to stop recording a tape which is not recording.")
        self._stop()
        try:
            yield
        finally:
            recording.state.stack = before

    def reset(self) -> None:
        """Forget all that was recorded and watched."""
        self._forget()

    def gradient(
        self, target: Any, sources: Any, output_gradients: Any = None, unconnected_gradients: str = "none"
    ) -> Any:
        """The gradient of the sum of `target` with respect to each source.

        Parameters
        ----------
        target : Tensor, or nested structure of them
        sources : Tensor, Variable, or nested structure of them
        output_gradients : like target, optional
            Weights of the elements of the target; ones if not given.
        unconnected_gradients : {"none", "zero"}
            What stands for a source that the target does not depend on.

        Returns
        -------
        like sources
            Tensors, or None.

        Raises
        ------
        RuntimeError
            If the tape is not persistent and has been used.
        ValueError
            If `unconnected_gradients` is neither, or the target depends on an operation that has no gradient.
        """
        wanted, targets = flatten(sources), flatten(target)
        fill = filler(unconnected_gradients)
        weights = [None] * len(targets) if output_gradients is None else flatten(output_gradients)
        starts = [start(y, weight) for y, weight in zip(targets, weights, strict=True)]
        (found,) = self._walk(targets, wanted, [starts])
        return pack_as(sources, [fill(x) if g is None else as_tensor(g) for x, g in zip(wanted, found, strict=True)])

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: str = "none",
        parallel_iterations: Any = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The derivative of each element of the target with respect to each element of each source.

        Parameters
        ----------
        target : Tensor
        sources : Tensor, Variable, or nested structure of them
        unconnected_gradients : {"none", "zero"}
        parallel_iterations, experimental_use_pfor
            Accepted for TensorFlow's sake.

        Returns
        -------
        like sources
            Of shape ``target.shape + source.shape``; the way back is walked once for each element of the target.
        """
        wanted = flatten(sources)
        fill = filler(unconnected_gradients)
        rows = self._walk([target], wanted, [[unit] for unit in units(target)])
        found = []
        for x, parts in zip(wanted, zip(*rows, strict=True), strict=True):
            filled = [fill(x) if g is None else g for g in parts]
            shape = np.shape(target) + np.shape(x)
            found.append(None if filled[0] is None else OPERATORS["reshape"](OPERATORS["stack"](filled), shape))
        return pack_as(sources, found)

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: str = "none",
        parallel_iterations: Any = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The jacobian of each row of the target with respect to the same row of the source.

        Parameters
        ----------
        target : Tensor, shape (n, …)
        source : Tensor, shape (n, …)
        unconnected_gradients : {"none", "zero"}
        parallel_iterations, experimental_use_pfor
            Accepted for TensorFlow's sake.

        Returns
        -------
        Tensor, shape (n, *target.shape[1:], *source.shape[1:])

        Raises
        ------
        ValueError
            If they have different numbers of rows.
        """
        n = np.shape(target)[0]
        if n != np.shape(source)[0]:
            raise ValueError(
                "Need first dimension of target shape and source shape to match, got "
                f"{np.shape(target)} and {np.shape(source)}"
            )
        fill = filler(unconnected_gradients)
        rows = self._walk([target], [source], [[unit] for unit in units(target, rows=n)])
        parts = [fill(source) if g is None else g for (g,) in rows]
        if parts[0] is None:
            return None
        return OPERATORS["reshape"](OPERATORS["stack"](parts, 1), (*np.shape(target), *np.shape(source)[1:]))

    def _walk(self, targets: list[Any], sources: list[Any], starts: Iterable[list[Any]]) -> list[list[Any]]:
        """The gradients of the sources from each of several starts."""
        entries = self._take()
        outer = [tape for tape in recording.state.stack if tape is not self or self._persistent]
        with recording.only(outer), np.errstate(all="ignore"):
            return [pull_back(entries, targets, begin, sources, bool(outer)) for begin in starts]

    def _take(self) -> list[Entry]:
        """The entries, once if the tape is not persistent."""
        if self._entries is None:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians). Make "
                "it with GradientTape(persistent=True) to use it again."
            )
        entries = list(self._entries)
        if not self._persistent:
            self._stop()
            self._forget()
            self._entries = None
        return entries
