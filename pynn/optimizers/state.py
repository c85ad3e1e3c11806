"""The variables of an optimizer: made beside weights, listed in Keras's order, set and stored."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from pynn import initializers
from pynn.variables import Variable


class State:
    """The part of an optimizer that keeps variables."""

    name: str
    use_ema: bool
    gradient_accumulation_steps: int | None

    def _start_state(self) -> None:
        self.built = False
        self._variables: list[Variable] = []
        self._trainable_variables: list[Variable] = []
        # What stands beside each trainable variable, by slot; None where a variable has no such slot.
        self._state: dict[str, list[Variable | None]] = {}

    @property
    def variables(self) -> list[Variable]:
        """iterations, learning rate (unless a schedule sets it), averages, accumulators, then the slots."""
        return list(self._variables)

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        """Names of the slots: those of a group stand together for each variable, groups one after the other."""
        return ()

    def _operands(self) -> tuple[str, ...]:
        """Names of the slots in the order of the op's operands."""
        return tuple(name for group in self._slots() for name in group)

    def _first_value(self, slot: str) -> float:
        """What a slot is filled with."""
        return 0.0

    def _build_state(self, variables: list[Variable]) -> None:
        self._trainable_variables = variables
        if self.use_ema:
            self._state["average"] = list(self.add_optimizer_variables(variables, "average"))
        if self.gradient_accumulation_steps:
            name = "gradient_accumulator"
            self._state[name] = list(self.add_optimizer_variables(variables, name))
        for group in self._slots():
            first = [initializers.Constant(self._first_value(name)) for name in group]
            made = self.add_optimizer_variables(variables, list(group), first)
            self._state |= {name: list(slot) for name, slot in zip(group, made, strict=True)}
        self.built = True

    def _tracked(self, variable: Variable) -> Variable:
        variable.path = f"{self.name}/{variable.name}"
        self._variables.append(variable)
        return variable

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: str | None = None,
        aggregation: str = "none",
        layout: None = None,
        name: str | None = None,
    ) -> Variable:
        """Make a variable that belongs to the optimizer.

        Parameters
        ----------
        shape : tuple of int
        initializer : str or callable, default "zeros"
        dtype : str, optional
        aggregation, layout
            For Keras's sake: there is one device.
        name : str, optional
        """
        first = initializers.get(initializer)
        return self._tracked(Variable(first, tuple(shape), dtype, trainable=False, name=name))

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """Make a variable beside a weight, with its shape and type.

        Parameters
        ----------
        reference_variable : Variable
        name : str, default "var"
            Follows the path of the weight, such as ``sequential_dense_kernel_momentum``.
        initializer : str or callable, default "zeros"
        """
        full = f"{reference_variable.path.replace('/', '_')}_{name or 'var'}"
        return self.add_variable(reference_variable.shape, initializer, reference_variable.dtype, name=full)

    def add_optimizer_variables(
        self, trainable_variables: Sequence[Variable], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """Make a variable beside each weight, or several.

        Parameters
        ----------
        trainable_variables : list of Variable
        name : str or list of str
        initializer : str, callable or list of such, default "zeros"

        Returns
        -------
        list of Variable, or tuple of lists
            A list for each name, if there are several.

        Raises
        ------
        ValueError
            If there are not as many initializers as names.
        """
        names = [name] if isinstance(name, str) else list(name)
        first = list(initializer) if isinstance(initializer, list | tuple) else [initializer] * len(names)
        if len(names) != len(first):
            raise ValueError(
                "The number of provided names must match the number of provided initializers. "
                f"Received name='{name}', initializer='{initializer}'"
            )
        made = [
            [self.add_variable_from_reference(v, n, i) for n, i in zip(names, first, strict=True)]
            for v in trainable_variables
        ]
        lists = tuple([row[j] for row in made] for j in range(len(names)))
        return lists[0] if isinstance(name, str) else lists

    def _get_variable_index(self, variable: Variable) -> int:
        """The place of a trainable variable, for lists that a subclass keeps."""
        for number, own in enumerate(self._trainable_variables):
            if own is variable:
                return number
        raise ValueError(
            f"Unknown variable: {variable!r}. This optimizer can only be called for the variables it was originally "
            "built with. When working with a new set of variables, you should recreate a new optimizer instance."
        )

    def assign(self, variable: Variable, value: Any) -> None:
        """Overwrite a variable.

        Parameters
        ----------
        variable : Variable
        value : array_like
        """
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """Add to a variable.

        Parameters
        ----------
        variable : Variable
        value : array_like
        """
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """Subtract from a variable.

        Parameters
        ----------
        variable : Variable
        value : array_like
        """
        variable.assign_sub(value)

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the values of `variables`, in their order.

        Parameters
        ----------
        weights : list of array_like

        Raises
        ------
        ValueError
            If the optimizer is not built, or a shape differs.
        """
        if not self.built:
            raise ValueError(
                "You are calling `set_weights()` on an optimizer that has not yet been built. Please call "
                "`optimizer.build(trainable_variables)` to create the optimizer weights first."
            )
        for variable, weight in zip(self._variables, weights, strict=False):
            variable.assign(weight)

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Put the value of each variable into a mapping, under its number.

        Parameters
        ----------
        store : dict
        """
        for number, variable in enumerate(self._variables):
            store[str(number)] = variable.numpy()

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Take the values that `save_own_variables` stored; a warning if their number differs.

        Parameters
        ----------
        store : dict
        """
        if len(store) != len(self._variables):
            unbuilt = "" if self.built else " This is likely because the optimizer has not been called/built yet."
            warnings.warn(
                f"Skipping variable loading for optimizer '{self.name}', because it has {len(self._variables)} "
                f"variables whereas the saved optimizer has {len(store)} variables.{unbuilt}",
                stacklevel=2,
            )
            return
        matching = getattr(store, "matching", None)  # what a file stores is not believed
        for number, variable in enumerate(self._variables):
            key = str(number)
            variable.assign(store[key] if matching is None else matching(key, variable.shape, variable.dtype))
