"""profile: where the time of a batch goes, step by step."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pynn import backends, threads
from pynn.console import print_message
from pynn.data import Rows
from pynn.models import door, stepping
from pynn.models.loops import blank_outputs, by_stream, walk
from pynn.models.training import Trainer
from pynn.models.works import Work, work_for
from pynn.plan import Plan, Step
from pynn.runners import CompiledRunner
from pynn.steps import PythonStep, dims_of

if TYPE_CHECKING:
    from pynn.models.model import Model


class Profiled(Trainer):
    """The part of a model that says where its time goes."""

    def profile(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        sample_weight: Any = None,
        seconds: float = 1.0,
        return_dict: bool = False,
    ) -> dict[str, Any] | None:
        """Print the time, the rate and the share of the machine's peak of each step of a batch.

        With targets these are the steps of `fit`, without them those of `predict`.  The model is left as it was:
        weights, optimizer and metrics are put back, and no random number is drawn from NumPy's state.

        Parameters
        ----------
        x : array_like, shape (n, …)
            Inputs, as for `fit`: arrays, not batches that come one by one.
        y : array_like, shape (n, k) or (n,), optional
            Targets.
        batch_size : int, default 32
            Rows of a batch; all rows, if there are fewer.
        sample_weight : array_like, shape (n,), optional
            As for `fit`.
        seconds : float, default 1
            For how long to measure, > 0: once without and once with a clock between the steps.
        return_dict : bool, default False
            Return the figures and print nothing.

        Returns
        -------
        dict or None
            ``"steps"``: for each step of the plan a dictionary of phase, op, table (its kernel's), layer, sizes,
            microseconds a batch, flops a batch (0 for what is no matrix product; those that zeros make needless
            count), in the first thread.
            ``"microseconds"``: a whole batch, without clocks; ``"between"``: what of it lies between steps, waiting for
            other threads included; ``"flops"``: of a batch; ``"peak"``: operations a second that the threads in use do
            in registers, measured at the same time; ``"threads"``.

        Raises
        ------
        ValueError
            If the model is not compiled (with targets), runs eagerly or has a step of its own, which no plan shows, if
            the backend is "reference" or "cuda", which the compiled core does not walk, or if an argument does not fit.

        Examples
        --------
        >>> model = Sequential([keras.Input((4,)), Dense(3, activation="relu"), Dense(1)])
        >>> found = model.profile(np.ones((64, 4), "float32"), seconds=0.01, return_dict=True)
        >>> [(step["op"], step["flops"]) for step in found["steps"]]
        [('dense_relu_forward', 768), ('dense_forward', 192)]
        """
        model: Model = self  # type: ignore[assignment]
        if not seconds > 0:
            raise ValueError(f"profile: seconds must be > 0, got {seconds!r}")
        _check(model, x, y)
        batch = door.check_batch_size(batch_size)
        profile = _measured(model, *_prepared(model, (x, y, sample_weight), batch), seconds)
        if return_dict:
            return profile.figures()
        print_message("\n".join(profile.lines(model.name)))
        return None


_ABOVE_PEAK = "Above 100 %: numbers that are 0, as of a border or behind a ReLU, are not multiplied, but counted."


class _Profile(NamedTuple):
    """Figures of a plan: seconds a batch of each step, and of the whole without clocks."""

    plan: Plan
    rows: int
    spent: np.ndarray
    watched: float  # seconds a batch with clocks
    whole: float
    peak: float
    threads: int

    @property
    def flops(self) -> int:
        return sum(_flops(step, self.rows) for step in self.plan.steps)

    @property
    def between(self) -> float:
        return max(0.0, self.watched - float(self.spent.sum()))

    def figures(self) -> dict[str, Any]:
        """See `Profiled.profile`."""
        steps = [self._figures_of(*pair) for pair in zip(self.plan.steps, self.spent.tolist(), strict=True)]
        whole = {"microseconds": 1e6 * self.whole, "between": 1e6 * self.between, "flops": self.flops}
        return {"steps": steps, **whole, "peak": self.peak, "threads": self.threads}

    def _figures_of(self, step: Step, seconds: float) -> dict[str, Any]:
        dims = {} if isinstance(step, PythonStep) else dims_of(step, self.rows)
        sizes = {letter: size for letter, size in dims.items() if size}  # 0: all rows of the data
        found: dict[str, Any] = {"phase": step.phase, "op": step.op.name, "table": self.plan.origin(step)}
        found |= {"layer": _layer(step), "sizes": sizes}
        return found | {"microseconds": 1e6 * seconds, "flops": _flops(step, self.rows)}

    def lines(self, name: str) -> list[str]:
        """The table."""
        kind = "training" if any(step.phase != "forward" for step in self.plan.steps) else "predicting"
        head = ("phase", "op", "table", "layer", "sizes", "µs a batch", "share", "GFLOP/s", "of peak")
        rows = [head, *(self._row(step) for step in self.figures()["steps"])]
        rows.append(("", "between, and waiting", "", "", "", *self._rates(self.between, self.watched, 0)))
        rows.append(("", "all, with clocks", "", "", "", *self._rates(self.watched, self.watched, self.flops)))
        rows.append(("", "all, without", "", "", "", *self._rates(self.whole, 0, self.flops)))
        threads = f"{self.threads} thread{'s' * (self.threads > 1)}"
        title = f'Profile of "{name}", {kind}: {self.rows} rows a batch, {threads}, {self.plan.dtype}'
        peak = f"Peak: {self.peak / 1e9:.1f} GFLOP/s, multiply-adds in registers, measured now"
        return [title, peak, *_aligned(rows, 5), *self._notes()]

    def _notes(self) -> list[str]:
        """What a reader would stumble over."""
        pairs = zip(self.plan.steps, self.spent.tolist(), strict=True)
        return [_ABOVE_PEAK] if any(_flops(step, self.rows) > self.peak * seconds for step, seconds in pairs) else []

    def _row(self, step: Mapping[str, Any]) -> tuple[str, ...]:
        sizes = " ".join(f"{letter}={size}" for letter, size in step["sizes"].items())
        rates = self._rates(step["microseconds"] / 1e6, self.watched, step["flops"])
        return step["phase"], step["op"], step["table"], step["layer"], sizes, *rates

    def _rates(self, seconds: float, whole: float, flops: int) -> tuple[str, ...]:
        rate = flops / seconds if seconds > 0 else 0.0
        return (
            f"{1e6 * seconds:.2f}",
            f"{100 * seconds / whole:.1f} %" if whole > 0 else "",
            f"{rate / 1e9:.1f}" if flops else "",
            f"{100 * rate / self.peak:.0f} %" if flops else "",
        )


def _flops(step: Step, rows: int) -> int:
    flops = getattr(step.op, "flops", None)
    return int(flops(**dims_of(step, rows))) if flops else 0


def _layer(step: Step) -> str:
    """The layer whose output, gradient or weight a step writes."""
    return next((slot.layer for slot in (*step.writes(), *step.reads()) if slot.layer), "")


def _aligned(rows: list[tuple[str, ...]], left: int) -> list[str]:
    """Columns as wide as their widest cell: the first `left` of them flush left, the others flush right."""
    widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
    cells = [[f"{cell:{'<' if c < left else '>'}{widths[c]}}" for c, cell in enumerate(row)] for row in rows]
    return ["  ".join(row).rstrip() for row in cells]


def _check(model: Model, x: Any, y: Any) -> None:
    """Whether what is asked for is one plan, walked by the core over arrays."""
    if not door.is_arrays(x):
        raise ValueError(f"profile: x must be arrays, got {type(x).__name__}; take one batch of it, or a few")
    if y is not None:
        model._require_compiled()
    if (backend := backends.get_backend()) in ("reference", "cuda"):
        where = "in NumPy" if backend == "reference" else "on a device"
        raise ValueError(f"profile: the backend '{backend}' computes {where}; pynn.set_backend('cython') before")
    own = stepping.has_own(model, "predict_step") if y is None else stepping.has_own_step(model)
    if own or model.run_eagerly:
        what = "has a step of its own" if own else "has run_eagerly=True"
        raise ValueError(f"profile: model '{model.name}' {what}: it runs in Python, and no plan shows its steps")


def _prepared(model: Model, given: tuple[Any, Any, Any], batch: int) -> tuple[Work, dict[str, np.ndarray], int]:
    """A plan with its streams, and the rows of whole batches."""
    x, y, sample_weight = given
    rows: Rows = door.input_rows(model, x) if y is None else door.rows(model, x, y, sample_weight)
    batch = min(batch, rows.n)
    work = work_for(model, "predict" if y is None else "train", rows, batch, y is not None)
    order = {"order": np.random.default_rng(0).permutation(rows.n).astype(np.int64)}
    return work, rows.arrays | by_stream(blank_outputs(model, rows.n)) | order, rows.n // batch * batch


def _measured(model: Model, work: Work, streams: dict[str, np.ndarray], rows: int, seconds: float) -> _Profile:
    runner = work.runner(work.batch)
    assert isinstance(runner, CompiledRunner)
    spent, cores = np.zeros(len(work.plan.steps)), threads.get_num_threads()
    with _state_kept(work.plan):
        _run(work, streams, rows, seconds / 4)  # pages are touched, caches warm
        batches, elapsed = _run(work, streams, rows, seconds)
        runner.time_steps(spent)
        try:
            timed_batches, timed_elapsed = _run(work, streams, rows, seconds)
        finally:
            runner.time_steps(None)
    peak = threads.peak_flops(cores, work.plan.dtype.name)
    times = spent / timed_batches, timed_elapsed / timed_batches, elapsed / batches
    return _Profile(work.plan, work.batch, *times, peak, cores)


def _run(work: Work, streams: dict[str, np.ndarray], rows: int, seconds: float) -> tuple[int, float]:
    """Walk for about so long; the batches done, and the time."""
    batches, elapsed, start = 0, 0.0, time.perf_counter()
    while elapsed < seconds:
        done = 0
        with contextlib.closing(walk(work, streams, rows, 0)) as slices:  # type: ignore[type-var]
            for reached in slices:
                done, elapsed = reached, time.perf_counter() - start
                if elapsed >= seconds:
                    break
        batches += done
    return batches, elapsed


@contextlib.contextmanager
def _state_kept(plan: Plan) -> Iterator[None]:
    """Put back what a plan changes and others read: weights, an optimizer's state, sums, counters."""
    roots = [slot for step in plan.steps for slot in step.writes()]
    lasting = [*(slot.array for slot in roots if slot.array is not None), *plan.counters]
    arrays = {id(array): array for array in lasting}
    before = {key: array.copy() for key, array in arrays.items()}
    try:
        yield
    finally:
        for key, array in arrays.items():
            array[...] = before[key]
