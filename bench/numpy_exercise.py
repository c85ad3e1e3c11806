"""The network of docs/numpy_exercises.md: a step by hand in NumPy against one with `pynn.kernels`.

    python bench/numpy_exercise.py [rounds]

Both run in this process, each round 40 steps of one and then of the other, in turn which is first.  Printed are the
medians of microseconds a step and of the ratio within a round.  Threads are those of the environment
(OPENBLAS_NUM_THREADS, PYNN_NUM_THREADS).
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

STEPS = 40
PAGE = Path(__file__).resolve().parent.parent / "docs" / "numpy_exercises.md"


def page() -> dict[str, Any]:
    """The definitions of the page: its blocks up to the training."""
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    namespace: dict[str, Any] = {}
    for text in blocks[:3]:
        exec(compile(text, PAGE.name, "exec"), namespace)
    return namespace


def seconds(step: Any, data: tuple[np.ndarray, np.ndarray], weights: list[np.ndarray]) -> float:
    """Of a step, over STEPS."""
    start = time.perf_counter()
    for _ in range(STEPS):
        step(*data, *weights)
    return (time.perf_counter() - start) / STEPS


def measure(names: dict[str, Any], dtype: str, rows: int, rounds: int) -> str:
    """A line of the table."""
    steps = [names["step_by_hand"], names["step_with_kernels"]]
    data = names["x"][:rows].astype(dtype), names["labels"][:rows]
    weights = [[w.astype(dtype) for w in names["first_weights"]()] for _ in steps]
    taken = np.empty((rounds + 1, 2))
    for number in range(rounds + 1):
        for which in (0, 1) if number % 2 else (1, 0):
            taken[number, which] = seconds(steps[which], data, weights[which])
    taken = taken[1:]  # the first warms up
    (hand, kernels), ratios = np.median(taken, axis=0) * 1e6, taken[:, 0] / taken[:, 1]
    low, ratio, high = np.percentile(ratios, [10, 50, 90])
    return f"| {dtype} | {rows} | {hand:.0f} | {kernels:.0f} | {ratio:.1f} ({low:.1f} to {high:.1f}) |"


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    names = page()
    threads = {name: os.environ.get(name, "not set") for name in ("OPENBLAS_NUM_THREADS", "PYNN_NUM_THREADS")}
    print(f"NumPy {np.__version__}, {threads}")
    print("| type | rows | by hand, µs | with kernels, µs | ratio (10 to 90 %) |")
    print("|---|---|---|---|---|")
    for dtype in ("float64", "float32"):
        for rows in (1, 50, 600):
            print(measure(names, dtype, rows, rounds), flush=True)


if __name__ == "__main__":
    main()
