"""Training on all rows at once by L-BFGS: SciPy's search over the loss and gradient that the plan computes.

Source: Liu & Nocedal 1989, "On the limited memory BFGS method for large scale optimization".
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from pynn import extras
from pynn.sklearn.stochastic import Data
from pynn.sklearn.training import Training


class _Surface:
    """Loss and gradient as functions of all weights in a row: matrices first, then vectors."""

    def __init__(self, training: Training, data: Data, alpha: float) -> None:
        n = len(data.x)
        weights = data.weights
        total = float(n if weights is None else weights.sum())
        self._training, self._losses = training, np.zeros(1)
        trained = training.network.trained
        self._weights = [v for v in trained if len(v.shape) != 1] + [v for v in trained if len(v.shape) == 1]
        self._n, self._numbers = n, np.array([[0.0, 0.5 * alpha / total, 0.5 * alpha * n / total]])
        shares = np.empty(0, data.x.dtype) if weights is None else (weights * (n / total)).astype(data.x.dtype)
        training.bind(n, x=data.x, t=data.t, weights=shares, losses=self._losses)

    def here(self) -> np.ndarray:
        """Where the weights stand."""
        return np.concatenate([v.live.ravel() for v in self._weights]).astype(np.float64)

    def go(self, place: np.ndarray) -> None:
        """Write the weights."""
        at = 0
        for variable in self._weights:
            variable.live[...] = place[at : at + variable.size].reshape(variable.shape)
            at += variable.size

    def __call__(self, place: np.ndarray) -> tuple[float, np.ndarray]:
        self.go(place)
        self._losses[0] = 0
        self._training.run(self._numbers)
        slopes = [self._training.gradients[id(v)].ravel() for v in self._weights]
        return float(self._losses[0]) / self._n, np.concatenate(slopes).astype(np.float64)


def minimize(estimator: Any, training: Training, data: Data) -> None:
    """Train; sets ``n_iter_`` and ``loss_``, and warns if it ended before it converged."""
    optimize = extras.require("scipy.optimize", extra="sklearn")
    surface = _Surface(training, data, estimator.alpha)
    said = int(estimator.verbose)
    report = (lambda place: print(f"At {place.size} weights, loss = {surface(place)[0]:.8f}")) if said else None
    limits = {"maxfun": estimator.max_fun, "maxiter": estimator.max_iter, "gtol": estimator.tol}
    try:
        found = optimize.minimize(surface, surface.here(), method="L-BFGS-B", jac=True, options=limits, callback=report)
        surface.go(found.x)
    finally:
        training.unbind()
    estimator.n_iter_, estimator.loss_ = min(int(found.nit), estimator.max_iter), float(found.fun)
    if found.status != 0:
        kind = extras.require("sklearn.exceptions", extra="sklearn").ConvergenceWarning
        warnings.warn(
            f"lbfgs failed to converge after {found.nit} iteration(s) (status={found.status}): {found.message}. "
            f"Increase max_iter={estimator.max_iter} or max_fun={estimator.max_fun}, or scale the data to improve "
            "convergence.",
            kind,
            stacklevel=5,
        )
