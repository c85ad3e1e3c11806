"""What every metric is: a number about all predictions since the last reset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np

from pynn import config, initializers, legacy, naming
from pynn.tensor import as_tensor
from pynn.variables import Variable


class Metric:
    """A number about all predictions since the last reset.

    Parameters
    ----------
    dtype : str, optional
        Type of the state and of the result; ``config.floatx()`` if not given.
    name : str, optional
        The key in history and logs; numbered by class if not given.

    Notes
    -----
    A metric of one's own defines `update_state` and `result`.  What it keeps in variables (`add_weight`) is set to
    zero before each epoch; for state in other attributes it defines `reset_state` as well.

    Examples
    --------
    >>> class Right(Metric):
    ...     def __init__(self, name="right", **kwargs):
    ...         super().__init__(name=name, **kwargs)
    ...         self.total = self.add_weight(name="total", initializer="zeros")
    ...     def update_state(self, y_true, y_pred, sample_weight=None):
    ...         self.total.assign_add(np.sum(np.equal(y_true, np.round(y_pred))))
    ...     def result(self):
    ...         return self.total
    >>> float(Right()([1, 0], [0.9, 0.7]))
    1.0
    """

    # Whether larger is better ("up") or worse ("down"): EarlyStopping asks.  Not set where neither is known.
    _direction: str

    # Whether training lowers the metric to steps of the core; otherwise it calls `update_state`.
    lowers = False
    # Whether it leaves out what a mask of the predictions hides.
    heeds_masks = False

    # Whether a batch counts as a whole, so that cutting data in other places would change the result.
    _batch_matters = False

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        self.name = name or naming.auto_name(type(self).__name__)
        self._dtype = _dtype_name(dtype or config.floatx())
        self._made: list[Variable] = []

    @property
    def dtype(self) -> str:
        """Name of the type of state and result."""
        return self._dtype

    @property
    def by_batch(self) -> bool:
        """Whether each batch must be given by itself: always for classes and functions of the user's own."""
        return self._batch_matters or type(self).__module__.partition(".")[0] != "pynn"

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take more data into account."""
        raise NotImplementedError(f"{type(self).__name__} must define update_state")

    def result(self) -> Any:
        """The value so far."""
        raise NotImplementedError(f"{type(self).__name__} must define result")

    def reset_state(self) -> None:
        """Forget all data: set the variables to zero."""
        if type(self).reset_states is not Metric.reset_states:  # a class written for Keras 2
            self.reset_states()
        else:
            self._zero()

    def reset_states(self) -> None:
        """Keras 2's name of `reset_state`."""
        legacy.warn("Metric.reset_states()", "Metric.reset_state()")
        if type(self).reset_state is not Metric.reset_state:
            self.reset_state()
        else:
            self._zero()

    def _zero(self) -> None:
        for variable in self.variables:
            variable.fill(0)

    def add_variable(
        self, shape: Any, initializer: Any, dtype: Any = None, aggregation: str | None = "sum", name: str | None = None
    ) -> Variable:
        """Make a variable that belongs to the metric.

        Parameters
        ----------
        shape : tuple of int
        initializer : str, Initializer or callable
        dtype : str, optional
            The metric's if not given.
        aggregation : str, optional
            For several devices, of which there is one here.
        name : str, optional
        """
        self._check_super_called()
        if initializer is None:
            raise ValueError(f"{type(self).__name__}: None is not a valid initializer; expected e.g. 'zeros'")
        made = initializers.get(initializer)
        variable = Variable(made, tuple(shape), _dtype_name(dtype or config.floatx()), trainable=False, name=name)
        variable.path = f"{self.name.replace('/', '>')}/{variable.name}"
        self._made.append(variable)
        return variable

    def add_weight(
        self, shape: Any = (), initializer: Any = None, dtype: Any = None, name: str | None = None
    ) -> Variable:
        """Make a variable that belongs to the metric; see `add_variable`."""
        if isinstance(shape, str):  # Keras 2: the name came first
            legacy.warn(f"Metric.add_weight({shape!r})", f"Metric.add_weight(name={shape!r})")
            shape, name = (), shape
        return self.add_variable(shape, initializer, dtype, name=name)

    @property
    def variables(self) -> list[Variable]:
        """All variables: its own, then those of metrics among its attributes."""
        found = list(_parts_of([part for part in vars(self).values() if isinstance(part, _MAY_HOLD)]))
        own = [*getattr(self, "_made", []), *(part for part in found if isinstance(part, Variable))]
        inner = [variable for part in found if isinstance(part, Metric) for variable in part.variables]
        return list({id(variable): variable for variable in (*own, *inner)}.values())

    def stateless_update_state(self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """The variables after more data, starting from those given; the metric itself stays as it is."""

        def updated() -> list[Any]:
            self.update_state(*args, **kwargs)
            return self._values()

        return self._from_state(metric_variables, updated)  # type: ignore[no-any-return]

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """The value for given variables."""
        return self._from_state(metric_variables, lambda: np.array(self.result())[()])

    def stateless_reset_state(self) -> list[Any]:
        """The variables of an empty metric."""

        def reset() -> list[Any]:
            self.reset_state()
            return self._values()

        return self._from_state(self._values(), reset)  # type: ignore[no-any-return]

    def _values(self) -> list[Any]:
        return [np.array(variable.value)[()] for variable in self.variables]

    def _from_state(self, given: Sequence[Any], work: Any) -> Any:
        """What `work` gives with the variables set for its duration."""
        variables = self.variables
        if len(given) != len(variables):
            raise ValueError(
                f"Argument `metric_variables` must be a list of tensors corresponding 1:1 to "
                f"{type(self).__name__}().variables. Received list with length {len(given)}, but expected "
                f"{len(variables)} variables."
            )
        before = self._values()
        try:
            for variable, value in zip(variables, given, strict=True):
                variable.assign(value)
            return work()
        finally:
            for variable, value in zip(variables, before, strict=True):
                variable.assign(value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take more data into account and return the value so far."""
        self._check_super_called()
        self.update_state(*args, **kwargs)
        return self.result()

    def _check_super_called(self) -> None:
        if not hasattr(self, "_made"):
            raise RuntimeError(
                f"{type(self).__name__}: You forgot to call `super().__init__()` as the first line of `__init__()`"
            )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal metric."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a metric from what `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def value(result: Any, dtype: str) -> Any:
    """A result in the form in which metrics give it: a tensor of the metric's type."""
    return as_tensor(np.asarray(result, dtype))


def _dtype_name(dtype: Any) -> str:
    """The name of a type given by name, as a NumPy type, or as an object with a name."""
    try:
        return str(np.dtype(dtype).name)
    except TypeError:
        return str(getattr(dtype, "name", dtype))


_MAY_HOLD = (list, tuple, dict, Variable, Metric)  # asked first: most attributes are numbers and names


def _parts_of(values: Any) -> Iterator[Any]:
    """Variables and metrics among values, and in lists and dicts of them."""
    for found in values:
        if isinstance(found, list | tuple):
            yield from _parts_of(found)
        elif isinstance(found, dict):
            yield from _parts_of(found.values())
        elif isinstance(found, Variable | Metric):
            yield found
