"""What every constraint is: a projection of weights, and its place in a plan."""

from __future__ import annotations

from typing import Any, Self

from pynn.plan import Plan, Slot


class Constraint:
    """What is done to weights after each update.

    Subclass it and define ``__call__`` with functions of `keras.ops`, and ``get_config`` for saving; or pass any
    function from an array to an array of the same shape where a constraint is wanted.  Such a function runs in Python
    after each batch.

    Examples
    --------
    >>> class Half(Constraint):
    ...     def __call__(self, w):
    ...         return 0.5 * w
    >>> Half()(np.ones(2)).tolist()
    [0.5, 0.5]
    """

    def __call__(self, w: Any) -> Any:
        """The weights that take the place of w: w itself unless a subclass says more.

        Parameters
        ----------
        w : array
        """
        return w

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal constraint."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a constraint from what `get_config` returned."""
        return cls(**config)


class LoweredConstraint(Constraint):
    """A constraint that says which steps compute it, so that no Python runs between batches."""

    def lower(self, plan: Plan, w: Slot) -> None:
        """Emit the steps that project w in place."""
        raise NotImplementedError(f"{type(self).__name__} must define lower")


def is_lowered(constraint: Any) -> bool:
    """Whether a constraint lowers itself; if not it is the user's own Python, `__call__` overridden included.

    Parameters
    ----------
    constraint : callable

    Examples
    --------
    >>> from pynn.constraints import NonNeg
    >>> is_lowered(NonNeg()), is_lowered(lambda w: abs(w))
    (True, False)
    """
    if not isinstance(constraint, LoweredConstraint):
        return False
    for cls in type(constraint).__mro__:
        if "__call__" in vars(cls):
            return "lower" in vars(cls)
    return False
