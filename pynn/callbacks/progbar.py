"""The progress bar, drawn as Keras 3 draws it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from pynn.console import BOLD, GREEN, GREY, can_redraw, is_notebook, paint, print_message

Spans = list[tuple[str, str]]  # (text, style): the width on screen is that of the texts alone


class Progbar:
    r"""Draw how far a loop has come, how long it takes, and its numbers.

    In a terminal or a notebook the line is redrawn in place; in a notebook, which keeps what is
    overwritten, only if it takes longer than `interval`.  Elsewhere (a file, a pipe) only the
    finished line is printed, without colours.

    Parameters
    ----------
    target : int or None
        Steps to come; None if unknown.
    width : int, default 20
        Characters of the bar.
    verbose : {0, 1, 2}
        0 draws nothing, 1 the bar, 2 one line when finished.
    interval : float, default 0.05
        Seconds between two drawings, at least.
    stateful_metrics : iterable of str, optional
        Numbers to show as they come; the others are averaged over the steps.
    stateless_metrics : iterable of str, optional
        The other way round: numbers to average, the others are shown as they come.
    unit_name : str, default "step"

    Raises
    ------
    ValueError
        If both `stateful_metrics` and `stateless_metrics` are given.

    Examples
    --------
    >>> bar = Progbar(2, verbose=2)
    >>> bar.update(1, [("loss", 0.5)])
    >>> bar.update(2, [("loss", 0.25)])  # doctest: +ELLIPSIS
    2/2 - 0s - .../step - loss: 0.2500
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError(
                "Progbar: only one of `stateful_metrics` (show these as they come, average the others) and "
                "`stateless_metrics` (average these, show the others as they come) can be provided."
            )
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self.stateful_metrics = None if stateless_metrics is not None else set(stateful_metrics or ())
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self._redraws, self._in_notebook = can_redraw(), is_notebook()
        self._values: dict[str, list[Any]] = {}  # name -> [weighted sum, weight]
        self._seen = 0
        self._start = time.time()
        self._last_update = self._start if self._in_notebook else 0.0
        self._after_first_step: float | None = None
        self._drawn_width = 0

    def update(
        self, current: int, values: Iterable[tuple[str, Any]] | None = None, finalize: bool | None = None
    ) -> None:
        """Draw the bar at a step.

        Parameters
        ----------
        current : int
            Steps done so far.
        values : iterable of (str, number), optional
            The numbers of the last step, or of the steps since the last call.
        finalize : bool, optional
            Whether this is the last call; ``current >= target`` if not given.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        self._record(current, values or (), finalize)
        now = time.time()
        step_time = self._step_time(current, now)
        if self.verbose == 1:
            if now - self._last_update < self.interval and not finalize:
                return
            self._draw(current, now, step_time, finalize)
        elif self.verbose == 2 and finalize and self.target:
            print_message(self._line(current, now, step_time))
        self._last_update = now

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """Draw the bar `n` steps on."""
        self.update(self._seen + n, values)

    def _record(self, current: int, values: Iterable[tuple[str, Any]], finalize: bool) -> None:
        steps = max(current - self._seen, 1)
        for name, value in values:
            if finalize or not self._averages(name):
                self._values[name] = [value, 1]
            else:
                total, weight = self._values.get(name, (0, 0))
                self._values[name] = [total + value * steps, weight + steps]
        self._seen = current

    def _averages(self, name: str) -> bool:
        if self.stateless_metrics is not None:
            return name in self.stateless_metrics
        return self.stateful_metrics is not None and name not in self.stateful_metrics

    def _step_time(self, current: int, now: float) -> float:
        # The first step is left out once there are others: it pays for what is set up once.
        if not current:
            return 0.0
        if self._after_first_step is not None and current > 1:
            seconds = (now - self._after_first_step) / (current - 1)
        else:
            seconds = (now - self._start) / current
        if current == 1:
            self._after_first_step = now
        return seconds

    def _draw(self, current: int, now: float, step_time: float, finalize: bool) -> None:
        if not (self._redraws or finalize):
            return
        spans = [*self._bar(current), (" ", "")]
        if self.target and not finalize:
            spans.append((_countdown(step_time * (self.target - current)), BOLD))
        else:
            spans.append((f"{now - self._start:.0f}s", BOLD))
        spans.append((_per_unit(step_time, self.unit_name), ""))
        spans += [(f" - {name}: {_number(mean, abs(mean))}", "") for name, mean in self._means()]
        line = "".join(paint(text, style) if self._redraws else text for text, style in spans)
        drawn_width = sum(len(text) for text, _ in spans)
        if self._redraws:
            line = self._way_back() + line + " " * (self._drawn_width - drawn_width)
        print_message(line, line_break=finalize)
        self._drawn_width = drawn_width

    def _way_back(self) -> str:
        if self._in_notebook:  # saved as a page, it shows each \b as a box
            return "\r" if self._drawn_width else ""
        # Keras goes back by \b for consoles that ignore \r, and by \r for those that stop \b at a wrapped line.
        return "\b" * self._drawn_width + "\r"

    def _bar(self, current: int) -> Spans:
        if not self.target or self.target < 0:
            return [(f"{current:7d}/Unknown", "")]
        done = int(self.width * (current / self.target))
        spans = [(self._counter(current, self.target), BOLD), (" ", "")]
        if done > 0:
            spans.append(("━" * done, GREEN))
        return [*spans, ("━" * (self.width - done), GREY)]

    def _line(self, current: int, now: float, step_time: float) -> str:
        assert self.target is not None
        head = f"{self._counter(current, self.target)} - {now - self._start:.0f}s -"
        # Without abs, as Keras has it: negative numbers come out in scientific notation here.
        numbers = [f" - {name}: {_number(mean, mean)}" for name, mean in self._means()]
        return head + _per_unit(step_time, self.unit_name) + "".join(numbers)

    def _counter(self, current: int, target: int) -> str:
        return f"{current:{int(math.log10(target)) + 1}d}/{target}"

    def _means(self) -> list[tuple[str, float]]:
        return [
            (name, (total if isinstance(total, float) else np.mean(total)) / max(1, weight))
            for name, (total, weight) in self._values.items()
        ]


def _number(value: float, magnitude: float) -> str:
    return f"{value:.4f}" if magnitude > 1e-3 else f"{value:.4e}"


def _countdown(seconds: float) -> str:
    if seconds > 3600:
        return f"{int(seconds // 3600)}:{int(seconds % 3600 // 60):02d}:{int(seconds % 60):02d}"
    if seconds > 60:
        return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
    return f"{int(seconds)}s"


def _per_unit(seconds: float, unit: str) -> str:
    if seconds >= 1 or seconds == 0:
        return f" {seconds:.0f}s/{unit}"
    if seconds >= 1e-3:
        return f" {seconds * 1e3:.0f}ms/{unit}"
    return f" {seconds * 1e6:.0f}us/{unit}"
