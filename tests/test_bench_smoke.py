"""The benchmarks still run: one workload, one peer, one round.  No timing is looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BENCH = ROOT / "bench" / "epoch.py"


@pytest.mark.skipif(not BENCH.exists(), reason="the benchmarks are only in the source tree")
def test_one_round(tmp_path):
    pytest.importorskip("pytest_benchmark", reason="the benchmarks need pytest-benchmark: pip install pytest-benchmark")
    results = tmp_path / "results.json"
    options = ["--peers", "numpy", "-k", "housing", "--rounds", "1", f"--benchmark-json={results}"]
    command = [sys.executable, "-P", "-m", "pytest", "bench/epoch.py", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "benchmarks: median" in done.stdout
    # All rounds are in the file that other programs read, with what is needed to judge them.
    (found,) = json.loads(results.read_text())["benchmarks"]
    assert found["group"] == "epoch housing"
    assert found["extra_info"]["fault"] == ""
    assert found["stats"]["rounds"] >= 1
