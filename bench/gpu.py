"""The table "cuda" on a device: agreement with the CPU, speed beside PyTorch, CUDA's own checks.  One call does it all:

    python bench/gpu.py --out results.json            (a minute or two a workload)
    python bench/gpu.py --workloads W1,W5 --rounds 3
    NUMBA_ENABLE_CUDASIM=1 python bench/gpu.py --smoke     (no device: tiny networks, nothing is worth timing)

Reads and writes of the kernels are checked by `compute-sanitizer` of the CUDA toolkit (memcheck, racecheck, initcheck),
over the same networks made small; where it is not on the PATH the results say so.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import arrays
import numpy as np
from peers.keras_api import Pynn
from workloads import WORKLOADS, Dense, Workload

import pynn

# Bounds beside those of bench/epoch.py: on W3 both draw the same masks, so they agree as closely as without dropout.
AGREEMENT = {"W3": 2e-3}


TOOLS = ("memcheck", "racecheck", "initcheck")


def small(workload: Workload) -> Workload:
    """The same network with few units and rows to a batch."""
    layers = tuple(
        replace(layer, units=min(layer.units, 10 if layer is workload.dense[-1] else 4)) if isinstance(layer, Dense)
        else layer
        for layer in workload.layers[-5:]
    )  # fmt: skip
    return replace(workload, layers=layers, batch=4, epochs=1)


def task(name: str, smoke: bool, count: int) -> tuple[Workload, arrays.Rows]:
    """A workload and its rows."""
    workload = WORKLOADS[name]
    rows = getattr(arrays, workload.data)().first(10 if smoke else count)
    if not smoke:
        return workload, rows
    held = rows.held_x[:5, :6].copy() if len(rows.held_x) else rows.held_x
    return small(workload), replace(rows, x=rows.x[:, :6].copy(), held_x=held, held_y=rows.held_y[:5])


def network(backend: str, workload: Workload, rows: arrays.Rows) -> Any:
    """pynn's network on a backend, from the weights that every peer starts from; products in float32."""
    pynn.set_backend(backend)
    pynn.set_float32_matmul_precision("highest")
    pynn.keras.utils.set_random_seed(0)
    return Pynn(workload, rows, workload.initial_weights(rows.x.shape[1]))


def agreement(name: str, workload: Workload, rows: arrays.Rows) -> dict[str, Any]:
    """Losses of an epoch in file order and weights after it, on the CPU and on the device."""
    found = {}
    for backend in ("cython", "cuda"):
        peer = network(backend, workload, rows)
        found[backend] = peer.fit(1, False), [w.astype(np.float64) for w in peer.model.get_weights()]
    (cpu, w_cpu), (gpu, w_gpu) = found["cython"], found["cuda"]
    difference = max(abs(a - b) / max(abs(a), 1e-12) for a, b in zip(cpu, gpu, strict=True))
    bound = AGREEMENT.get(name, workload.agreement)
    largest = max(float(np.abs(a - b).max()) for a, b in zip(w_cpu, w_gpu, strict=True))
    return {"cpu": cpu, "gpu": gpu, "difference": difference, "bound": bound, "weights": largest,
            "agrees": bool(difference <= bound)}  # fmt: skip


def seconds(fit: Callable[[], object], rounds: int) -> list[float]:
    """Seconds of each round, after one that is not timed: it compiles, and captures what is captured."""
    fit()
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        fit()
        found.append(time.perf_counter() - start)
    return found


def lanes(workload: Workload, rows: arrays.Rows) -> dict[str, Callable[[], object]]:
    """What runs an epoch, by the name of who does."""
    made: dict[str, Callable[[], object]] = {}
    for name, backend, precision in [
        ("pynn cython", "cython", "highest"), ("pynn cuda", "cuda", "highest"), ("pynn cuda in TF32", "cuda", "high"),
    ]:  # fmt: skip
        peer = network(backend, workload, rows)

        def fit(peer: Any = peer, backend: str = backend, precision: str = precision) -> None:
            pynn.set_backend(backend)
            pynn.set_float32_matmul_precision(precision)
            peer.fit(workload.epochs, True)

        made[name] = fit
    try:
        from peers.torch_device import WAYS, TorchOnDevice
    except ImportError as error:
        print(f"without PyTorch: {error}")
        return made
    weights = workload.initial_weights(rows.x.shape[1])
    for way in WAYS:
        try:
            other = TorchOnDevice(workload, rows, weights, way)
        except RuntimeError as error:
            print(f"without PyTorch, {way}: {error}")
            continue
        made[f"torch {way}"] = lambda other=other: other.fit(workload.epochs)  # type: ignore[misc]
    return made


def measured(workload: Workload, rows: arrays.Rows, rounds: int) -> dict[str, Any]:
    """Seconds of an epoch by who ran it, and how many times as fast the device is as the best of PyTorch's ways."""
    found: dict[str, Any] = {}
    for name, fit in lanes(workload, rows).items():
        try:
            times = [s / workload.epochs for s in seconds(fit, rounds)]
            found[name] = {"median": statistics.median(times), "all": times}
        except Exception as error:  # one peer that fails does not end the run
            found[name] = {"error": f"{type(error).__name__}: {error}"}
    best = min((lane["median"] for name, lane in found.items() if name.startswith("torch") and "median" in lane),
               default=None)  # fmt: skip
    if best is not None and "median" in found["pynn cuda"]:
        found["times as fast as torch"] = best / found["pynn cuda"]["median"]
    return found


def checked(workloads: str) -> dict[str, Any]:
    """What each tool of the toolkit says of small networks on the device: that they are clean, or its last lines."""
    program = shutil.which("compute-sanitizer")
    if program is None:
        return {"not run": "compute-sanitizer, a program of the CUDA toolkit, is not on the PATH"}
    found: dict[str, Any] = {}
    for tool in TOOLS:
        command = [program, "--tool", tool, "--error-exitcode", "3", sys.executable, "-P", __file__, "--smoke",
                   "--workloads", workloads, "--agreement-only"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = (done.stdout + done.stderr).splitlines()
        found[tool] = {"clean": done.returncode == 0} | ({"says": lines[-20:]} if done.returncode else {})
        print(f"{tool}: {json.dumps(found[tool], indent=1)}", flush=True)
    return found


def device() -> str:
    """The device's name."""
    from numba import cuda

    name = getattr(cuda.get_current_device(), "name", "simulator")
    return name.decode() if isinstance(name, bytes) else str(name)


def main(given: list[str] | None = None) -> int:
    """Run it; 1 if the device and the CPU disagree, or a tool finds something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workloads", default="W1,W2,W3,W4,W5")
    parser.add_argument("--rows", type=int, default=0, help="of each workload; all by default")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--smoke", action="store_true", help="tiny networks; one round")
    parser.add_argument("--agreement-only", action="store_true", help="nothing is timed")
    parser.add_argument("--out", type=Path, help="where results go as JSON")
    options = parser.parse_args(given)
    if options.smoke:
        sys.setswitchinterval(1e-5)  # the simulator's threads wait for each other
    pynn.set_backend("cuda")
    results: dict[str, Any] = {"device": device(), "pynn": pynn.__version__, "smoke": options.smoke}
    for name in options.workloads.split(","):
        workload, rows = task(name, options.smoke, options.rows)
        inputs = rows.x.shape[1]
        results[name] = {"network": workload.describe(inputs), "source": rows.source}
        results[name]["agreement"] = agreement(name, workload, rows)
        if not options.agreement_only:
            results[name]["seconds"] = measured(workload, rows, 1 if options.smoke else options.rounds)
        print(f"{name}: {json.dumps(results[name], indent=1)}", flush=True)
    right = all(results[name]["agreement"]["agrees"] for name in options.workloads.split(","))
    if not options.agreement_only:
        results["tools"] = checked(options.workloads)
        right = right and all(result["clean"] for tool, result in results["tools"].items() if tool in TOOLS)
    if options.out:
        options.out.write_text(json.dumps(results, indent=1))
    return int(not right)


if __name__ == "__main__":
    raise SystemExit(main())
