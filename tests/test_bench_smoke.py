"""The benchmarks still run: small workloads, few peers, one round.  No timing is looked at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BENCH = ROOT / "bench"
pytestmark = pytest.mark.skipif(not BENCH.exists(), reason="the benchmarks are only in the source tree")


def run(tmp_path, *arguments):
    """What is printed, and the results."""
    pytest.importorskip("pytest_benchmark", reason="the benchmarks need pytest-benchmark: pip install pytest-benchmark")
    results = tmp_path / "results.json"
    command = [sys.executable, "-P", "-m", "pytest", *arguments, "--rounds", "1", f"--benchmark-json={results}"]
    # In a worker of pytest-xdist, pytest-benchmark would see its variables and measure nothing.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, json.loads(results.read_text())


def test_one_round_of_training(tmp_path):
    printed, results = run(tmp_path, "bench/epoch.py", "--peers=pynn,numpy", "-k", "W6")
    assert "benchmarks: median" in printed
    assert "of peak" in printed
    # All rounds are in the file that other programs read, with what is needed to judge them.
    found = {one["params"]["peer"]: one for one in results["benchmarks"]}
    assert found.keys() == {"pynn", "numpy"}
    for one in found.values():
        assert one["group"] == "epoch W6"
        assert one["extra_info"]["fault"] == ""
        assert one["stats"]["rounds"] >= 1
    assert results["machine_info"]["peaks"][0]["1"] > 1e8
    assert isinstance(results["machine_info"]["missing"], dict)


def test_one_round_of_what_is_paid_once(tmp_path):
    printed, results = run(tmp_path, "bench/costs.py", "--peers=pynn", "--rows=100")
    assert "W1, MiB" in printed
    assert {one["group"] for one in results["benchmarks"]} == {
        "costs import, over NumPy",
        "costs first fit, over a later one",
    }


def test_one_round_of_inference(tmp_path):
    printed, results = run(tmp_path, "bench/inference.py", "--peers=pynn,numpy")
    assert "rows a second" in printed
    assert {one["extra_info"]["fault"] for one in results["benchmarks"]} == {""}


def test_where_the_time_goes():
    command = [sys.executable, "-P", "bench/steps.py", "W6", "320"]
    environment = {**os.environ, "PYTHONPATH": str(BENCH)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, done.stderr
    assert "GFLOP/s" in done.stdout


def test_own_kernels():
    command = [sys.executable, "-P", "bench/own_kernels.py", "--smoke"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, env={**os.environ})
    assert done.returncode == 0, done.stderr
    assert "64-32-10" in done.stdout


def loops(*names):
    """The bench's modules, loaded from its folder."""
    sys.path.insert(0, str(BENCH))
    try:
        return [__import__(name, fromlist=["x"]) for name in names]
    finally:
        sys.path.remove(str(BENCH))


def test_work_of_an_epoch():
    (workloads,) = loops("workloads")
    # 784-100-10: forward and gradient of the weights for both layers, of the inputs for the second only.
    assert workloads.WORKLOADS["W1"].flops(784, 10) == 10 * (4 * 784 * 100 + 6 * 100 * 10)
    assert workloads.WORKLOADS["W2"].flops(784, 0, 1) == 2 * (784 * 300 + 300 * 100 + 100 * 10)
    assert list(workloads.WORKLOADS) == [f"W{n}" for n in range(1, 8)]


def test_a_peer_that_computes_something_else_does_not_count():
    workloads, race = loops("workloads", "race")
    facts = {"first_loss": 0.5, "loss": 0.2, "score": 0.95, "first_losses": [0.6]}
    baseline = race.Lane("pynn", facts=facts)
    w1 = workloads.WORKLOADS["W1"]
    assert race.verdict(w1, race.Lane("good", facts=dict(facts)), baseline) == ""
    assert "first epoch" in race.verdict(w1, race.Lane("other", facts=facts | {"first_loss": 0.51}), baseline)
    assert "all epochs" in race.verdict(w1, race.Lane("short", facts=facts | {"loss": 0.4}), baseline)
    assert "score" in race.verdict(w1, race.Lane("dull", facts=facts | {"score": 0.1}), baseline)


def test_the_picture_is_of_the_committed_results(tmp_path):
    pyplot = pytest.importorskip("matplotlib.pyplot", reason="draws with matplotlib")
    (chart,) = loops("chart")
    results = json.loads((ROOT / "docs" / "speed.json").read_text())
    settings = dict(pyplot.rcParams)
    chart.draw(results, tmp_path / "speed.svg")
    assert not pyplot.get_fignums()
    assert dict(pyplot.rcParams) == settings
    assert "pynn" in (tmp_path / "speed.svg").read_text()
    assert (ROOT / "docs" / "speed.svg").stat().st_size < 100_000
    for line in chart.tables(results).splitlines():
        assert line.startswith("| costs") or line in (BENCH / "README.md").read_text()


def test_results_of_several_runs_come_in_the_order_of_names(tmp_path):
    (chart,) = loops("chart")
    machine = {"machine": "x", "cpu": {"count": 2}, "packages": {}, "peaks": []}
    runs = {
        "a": [("epoch W5", 1.0), ("inference one row", 1.0)],
        "b": [("costs import", 1.0), ("epoch W1", 2.0), ("epoch W5", 3.0)],
    }
    for name, groups in runs.items():
        found = [
            {"group": group, "params": {"peer": "pynn"}, "extra_info": {"fault": ""}, "stats": {"data": [seconds]}}
            for group, seconds in groups
        ]
        (tmp_path / f"{name}.json").write_text(json.dumps({"machine_info": machine, "benchmarks": found}))
    collected = chart.collect([tmp_path / "a.json", tmp_path / "b.json"])["groups"]
    assert list(collected) == ["epoch W1", "epoch W5", "inference one row", "costs import"]
    assert collected["epoch W5"]["pynn"]["seconds"] == 3.0  # of the later file


def test_one_round_of_estimators(tmp_path):
    pytest.importorskip("sklearn", reason="a peer")
    printed, results = run(tmp_path, "bench/estimators.py", "-k", "batch")
    assert "MLPClassifier" in printed
    assert [one["extra_info"]["fault"] for one in results["benchmarks"]] == ["", ""]
