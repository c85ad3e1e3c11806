"""DistributedOptimizer: an optimizer that steps with the gradients of all ranks."""

from __future__ import annotations

from typing import Any

from pynn import optimizers
from pynn.distributed.exchange import Exchange
from pynn.distributed.job import group


def DistributedOptimizer(optimizer: Any, own_rows: bool = False) -> Any:  # noqa: N802  (Horovod's name)
    """Let an optimizer step with the gradients of all ranks; `fit` then divides the rows among them.

    Parameters
    ----------
    optimizer : Optimizer or str
    own_rows : bool, default False
        Whether each rank gives `fit` other rows: its part of the data, of whatever length.  If not, all ranks give it
        the same rows, and each takes its share.

    Returns
    -------
    Optimizer
        The same object.  It is saved, and seen by callbacks, as the optimizer that it is.

    Raises
    ------
    ValueError
        If `init` has not been called.

    Notes
    -----
    `batch_size` counts the rows of one rank: together they take ``size() * batch_size`` rows in each step.  Weights
    follow those of one process with such batches, to rounding.

    Examples
    --------
    >>> model.compile(DistributedOptimizer("adam"), "mse")  # doctest: +SKIP
    """
    group()
    found = optimizers.get(optimizer)
    if not isinstance(found, optimizers.Optimizer):
        raise ValueError(f"DistributedOptimizer: expected an optimizer or its name, got {optimizer!r}")
    found.exchange = Exchange(bool(own_rows))
    return found
