"""The perceptron's epochs: neurons side by side, each with its own order of rows and its own end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pynn.kernels.contract import OPS, parts_worth
from pynn.sklearn.networks import on_the_cpu

# Steps that are walked without looking.
_MOST_STEPS = 1 << 21


class Problem(NamedTuple):
    """What c neurons learn, each to tell its class from all others.

    Attributes
    ----------
    x : ndarray, shape (m, i)
    t, a : ndarray, shape (c, m)
        1 or -1, and what the row counts.
    held : ndarray of bool, shape (m,)
        Rows that are held out.
    orders : ndarray, shape (c, m), or None
        Where each neuron's shuffle takes the rows from; None: they are taken as they come.
    """

    x: np.ndarray
    t: np.ndarray
    a: np.ndarray
    held: np.ndarray
    orders: np.ndarray | None


class Neurons:
    """The weights of c neurons, and where each stands.

    Parameters
    ----------
    estimator : BaseEstimator
        Has the settings.
    problem : Problem
    w, b : ndarray, shapes (c, i) and (c,)
        Changed in place.
    score : callable, optional
        ``score(number of the neuron)`` of the rows held out.
    """

    def __init__(
        self, estimator: Any, problem: Problem, w: np.ndarray, b: np.ndarray, score: Callable[[int], float] | None
    ) -> None:
        self._own, self._problem, self._score, count = estimator, problem, score, len(w)
        self.w, self.b = w, b
        self._q, self.epochs = np.zeros_like(w), np.zeros(count, int)
        self._best = np.full(count, -np.inf if score else np.inf)
        self._idle = np.zeros(count, int)
        m = len(problem.x)
        self._order = np.tile(np.arange(m), (count, 1))
        self._kernel = on_the_cpu()["perceptron_pass", w.dtype]

    def run(self, epochs: int) -> None:
        """Train until each neuron has ended."""
        active = np.arange(len(self.w))
        while len(active):
            active = self._walk(active, epochs - int(self.epochs[active[0]]))
            active = active[self.epochs[active] < epochs]

    def _walk(self, active: np.ndarray, most: int) -> np.ndarray:
        """Epochs after none of which but the last a neuron can end; returns those that have not."""
        own, problem = self._own, self._problem
        least = int((own.n_iter_no_change - self._idle[active]).min()) if own.tol is not None else most
        train = int((~problem.held).sum())
        at_once = 1 if self._score or own.verbose else _MOST_STEPS // (train * len(active))
        count = max(1, min(most, least, at_once))
        orders = np.concatenate([self._next_order(active, train) for _ in range(count)], axis=1)
        losses = np.empty(orders.shape)
        self._learn(active, orders, losses)
        if not (np.isfinite(self.w[active]).all() and np.isfinite(self.b[active]).all()):
            raise ValueError(
                f"Floating-point under-/overflow occurred at epoch #{self.epochs[active[0]] + count}. Scaling input "
                "data with StandardScaler or MinMaxScaler might help."
            )
        for mean in losses.reshape(len(active), count, train).sum(axis=2).T / train:
            self._note(active, mean)
        return active if own.tol is None else active[self._idle[active] < own.n_iter_no_change]

    def _learn(self, active: np.ndarray, orders: np.ndarray, losses: np.ndarray) -> None:
        own, problem = self._own, self._problem
        alpha = 0.0 if own.penalty is None else float(own.alpha)
        l1 = {"l1": 1.0, "elasticnet": own.l1_ratio}.get(own.penalty, 0.0)
        steps = int(self.epochs[active[0]]) * int((~problem.held).sum())
        scalars = (own.eta0, alpha, l1, steps * l1 * own.eta0 * alpha, float(own.fit_intercept))
        whole = len(active) == len(self.w)
        state = [self.w, self._q, self.b] if whole else [a[active] for a in (self.w, self._q, self.b)]
        given = [problem.t, problem.a] if whole else [problem.t[active], problem.a[active]]
        cost = OPS["perceptron_pass"].cost(m=0, i=self.w.shape[1], c=len(active), p=orders.shape[1])
        parts = min(len(active), parts_worth(cost))
        self._kernel(problem.x, *given, orders, *state, losses, scalars=scalars, parts=parts)
        if not whole:
            self.w[active], self._q[active], self.b[active] = state

    def _next_order(self, active: np.ndarray, train: int) -> np.ndarray:
        orders = self._problem.orders
        if orders is not None:
            self._order[active] = np.take_along_axis(self._order[active], orders[active], axis=1)
        found: np.ndarray = self._order[active]
        return found if train == found.shape[1] else found[~self._problem.held[found]].reshape(len(active), train)

    def _note(self, active: np.ndarray, means: np.ndarray) -> None:
        self.epochs[active] += 1
        own, tol = self._own, -np.inf if self._own.tol is None else self._own.tol
        now = np.array([self._score(c) for c in active]) if self._score else means
        best = self._best[active]
        worse = now < best + tol if self._score else now > best - tol
        self._idle[active] = np.where(worse, self._idle[active] + 1, 0)
        self._best[active] = np.fmax(best, now) if self._score else np.fmin(best, now)
        for c, mean in zip(active, means, strict=True) if own.verbose else ():
            norm = np.sqrt(np.square(self.w[c]).sum())
            print(f"-- Epoch {self.epochs[c]}, neuron {c}: Norm: {norm:.2f}, Bias: {self.b[c]:.6f}, ", end="")
            print(
                f"Avg. loss: {mean:f}" + (f", Validation score: {now[list(active).index(c)]:f}" if self._score else "")
            )
