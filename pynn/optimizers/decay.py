"""Weight decay of an optimizer: which variables, and how much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pynn.variables import Variable


class WeightDecay:
    """The part of an optimizer that knows which weights decay."""

    name: str
    built: bool
    weight_decay: float | None
    _excluded: tuple[Variable, ...] = ()
    _excluded_names: str = ""

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Iterable[str] | None = None
    ) -> None:
        """Say which variables do not decay, before the optimizer is built.

        Parameters
        ----------
        var_list : list of Variable, optional
        var_names : list of str, optional
            Regular expressions: variables in whose name one is found, such as ``["bias"]``.

        Raises
        ------
        ValueError
            If the optimizer is built.
        """
        if self.built:
            raise ValueError(
                f"`exclude_from_weight_decay()` can only be configured before the optimizer is built ({self.name!r})."
            )
        self._excluded = tuple(var_list or ())
        self._excluded_names = "|".join(sorted(set(var_names or ())))

    def _decay_of(self, variable: Variable) -> float | None:
        """Weight decay of a variable, None if there is none."""
        return self.weight_decay if self._decays(variable) else None

    def _decays(self, variable: Variable) -> bool:
        if any(variable is excluded for excluded in self._excluded):
            return False
        return not (self._excluded_names and re.search(self._excluded_names, variable.name))
