"""Training batch by batch: the rates, the order of the rows, and when to stop, as scikit-learn has them.

Rules: scikit-learn's user guide, section 1.17.  Adam: Kingma & Ba 2015.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pynn.permutations import permutation
from pynn.sklearn.training import DECAY, PENALTY, RATE, Training

# Epochs that are walked without looking: most rows, and most epochs.
_MOST_ROWS, _MOST_EPOCHS = 1 << 16, 64
# The rate below which "adaptive" stops instead of dividing by five.
_LEAST_RATE = 1e-6
# Batches for which Adam's rates are computed at a time.
_AHEAD = 1024


class Data(NamedTuple):
    """Rows, their targets and their weights."""

    x: np.ndarray
    t: np.ndarray
    weights: np.ndarray | None


class Progress:
    """What a solver carries from one call of `partial_fit` to the next.

    Attributes
    ----------
    steps : int
        Batches done.
    rate : float
        The rate of "sgd".
    states : list of list of ndarray, or None
        What stands beside each weight.
    """

    def __init__(self, rate: float) -> None:
        self.steps, self.rate = 0, rate
        self.states: list[list[np.ndarray]] | None = None

    def put(self, training: Training) -> None:
        """Write the states into the plan's memory."""
        for i, own in enumerate(training.states):
            for j, state in enumerate(own):
                state[...] = 0 if self.states is None else self.states[i][j]

    def take(self, training: Training) -> None:
        """Keep copies of the plan's states."""
        self.states = [[state.copy() for state in own] for own in training.states]


class Descent:
    """One call of `fit` or `partial_fit` with "sgd" or "adam".

    Parameters
    ----------
    estimator : BaseEstimator
        Has the settings; its attributes are brought up to date after each epoch.
    training : Training
    data : Data
    random : RandomState
    """

    def __init__(self, estimator: Any, training: Training, data: Data, random: Any) -> None:
        self.estimator, self.training, self.data, self._random = estimator, training, data, random
        self.n, self.batch = len(data.x), training.task.batch
        self.batches = -(-self.n // self.batch)
        self._sizes = np.full(self.batches, self.batch)
        self._sizes[-1] = self.n - self.batch * (self.batches - 1)
        self._order = np.arange(self.n)
        self._score: Callable[[], float] | None = None
        self._best: list[np.ndarray] = []
        self._ahead, self._ahead_from = np.empty(0), 0

    def run(self, progress: Progress, epochs: int, score: Callable[[], float] | None = None) -> None:
        """Train.

        Parameters
        ----------
        progress : Progress
        epochs : int
            Most epochs.
        score : callable, optional
            Of rows that are held out: stop when this no longer grows, and go back to where it was best.
        """
        self._score, self._progress, own = score, progress, self.estimator
        self._best = self._kept() if score else []
        many = self._epochs_at_once(epochs)
        self._buffers(many)
        progress.put(self.training)
        own.n_iter_, stopped = 0, False
        try:
            while own.n_iter_ < epochs and not stopped:
                stopped = self._walk(min(many, epochs - own.n_iter_))
        except KeyboardInterrupt:
            warnings.warn("Training interrupted by user.", stacklevel=4)
            stopped = True
        finally:
            self.training.unbind()
        progress.take(self.training)
        if score:
            for variable, best in zip(self.training.network.kept, self._best, strict=True):
                variable.live[...] = best
        self.converged = stopped

    def _kept(self) -> list[np.ndarray]:
        return [variable.live.copy() for variable in self.training.network.kept]

    def _epochs_at_once(self, epochs: int) -> int:
        """Epochs may be walked several at a time, if nobody looks."""
        if self._score or self.estimator.verbose:
            return 1
        return max(1, min(_MOST_EPOCHS, _MOST_ROWS // self.n, epochs))

    def _buffers(self, epochs: int) -> None:
        x, t, weights = self.data
        places = self.batches * self.batch  # for the rows of an epoch: those of a short last batch leave some over
        self._orders = np.empty((epochs, places), np.int64)
        self._weights = np.empty((epochs, places if weights is not None else 0), x.dtype)
        self._losses = np.zeros((epochs, self.batches))
        self._numbers = np.zeros((epochs, self.batches, 3))
        streams = {"order": self._orders, "weights": self._weights, "losses": self._losses}
        self.training.bind(self.n, x=x, t=t, **{name: array.reshape(-1) for name, array in streams.items()})
        sums = self._sizes.astype(np.float64)
        self._numbers[:, :, DECAY], self._numbers[:, :, PENALTY] = (
            self.estimator.alpha / sums,
            0.5 * self.estimator.alpha,
        )

    def _walk(self, most: int) -> bool:
        """Epochs after none of which but the last training can end; returns whether it ended."""
        own = self.estimator
        epochs = int(min(most, max(1, own.n_iter_no_change + 1 - own._no_improvement_count)))
        self._rates(epochs)
        for epoch in range(epochs):
            if own.shuffle:
                self._order = self._order[permutation(self.n, self._random)]
            self._orders[epoch, : self.n] = self._order
            if self.data.weights is not None:
                self._weigh(epoch, self.data.weights[self._order])
        self._losses[...] = 0
        self.training.run(self._numbers[:epochs].reshape(-1, 3))
        self._progress.steps += epochs * self.batches
        losses = self._losses[:epochs].sum(axis=1) / self.n
        return max([self._ends(float(loss)) for loss in losses])

    def _weigh(self, epoch: int, weights: np.ndarray) -> None:
        """Weights that add up to the rows of their batch, and the penalty's share of it; a batch of zeros is none."""
        sizes, numbers = self._sizes, self._numbers[epoch]
        sums = np.add.reduceat(weights, np.arange(0, self.n, self.batch))
        each = np.divide(1, sums, out=np.zeros(len(sums)), where=sums != 0)
        self._weights[epoch, : self.n] = weights * np.repeat(sizes * each, sizes)
        numbers[:, DECAY] = self.estimator.alpha * each
        numbers[:, PENALTY] = 0.5 * numbers[:, DECAY] * sizes

    def _rates(self, epochs: int) -> None:
        own, rates = self.estimator, self._numbers[:epochs, :, RATE]
        if self.training.task.solver == "adam":
            count, at = epochs * self.batches, self._progress.steps - self._ahead_from
            if at + count > len(self._ahead):  # computed many at a time: small tables have few batches
                self._ahead_from, at = self._progress.steps, 0
                t = self._ahead_from + 1.0 + np.arange(max(count, _AHEAD))
                self._ahead = own.learning_rate_init * np.sqrt(1 - own.beta_2**t) / (1 - own.beta_1**t)
            rates[...] = self._ahead[at : at + count].reshape(epochs, -1)
            return
        rates[...] = self._progress.rate
        if own.learning_rate == "invscaling":
            for epoch in range(1, epochs):
                rates[epoch] = self._inverse(own.t_ + epoch * self.n)

    def _inverse(self, seen: int) -> float:
        return float(self.estimator.learning_rate_init / (seen + 1) ** self.estimator.power_t)

    def _ends(self, loss: float) -> bool:
        """Note an epoch; returns whether training ends with it."""
        own = self.estimator
        own.n_iter_ += 1
        own.t_ += self.n
        own.loss_ = loss
        own.loss_curve_.append(loss)
        if own.verbose:
            print(f"Iteration {own.n_iter_}, loss = {loss:.8f}")
        if self._score:
            self._note_score(self._score())
        else:
            worse = loss > own.best_loss_ - own.tol
            own._no_improvement_count = own._no_improvement_count + 1 if worse else 0
            own.best_loss_ = min(own.best_loss_, loss) if not math.isnan(loss) else own.best_loss_
        if own.solver == "sgd" and own.learning_rate == "invscaling":
            self._progress.rate = self._inverse(own.t_)
        return own._no_improvement_count > own.n_iter_no_change and self._stops()

    def _note_score(self, score: float) -> None:
        own = self.estimator
        own.validation_scores_.append(score)
        if own.verbose:
            print(f"Validation score: {score:f}")
        worse = score < own.best_validation_score_ + own.tol
        own._no_improvement_count = own._no_improvement_count + 1 if worse else 0
        if score > own.best_validation_score_:
            own.best_validation_score_, self._best = score, self._kept()

    def _stops(self) -> bool:
        """Whether to stop after too many epochs without improvement, or to go on with a smaller rate."""
        own = self.estimator
        what = "Validation score" if self._score else "Training loss"
        said = f"{what} did not improve more than tol={own.tol:f} for {own.n_iter_no_change} consecutive epochs."
        stops, then = True, "Stopping."
        if own.solver == "sgd" and own.learning_rate == "adaptive":
            stops, then = self._progress.rate <= _LEAST_RATE, "Learning rate too small. Stopping."
            if not stops:
                self._progress.rate /= 5
                own._no_improvement_count, then = 0, f"Setting learning rate to {self._progress.rate:f}"
        if own.verbose:
            print(said, then)
        return stops
