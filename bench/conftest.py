"""Options, pytest-benchmark's JSON file, and the tables at the end."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from typing import Any

import pytest
from peers import installed, missing
from race import peaks as measured_peaks
from remote import BUILD, Remote

TABLES = pytest.StashKey[list[list[str]]]()
MACHINE = pytest.StashKey[list[str]]()
PEAKS = pytest.StashKey[list[dict[str, float]]]()
VERSIONS = ("numpy", "keras", "jax", "torch", "tensorflow", "tensorflow_cpu", "scikit-learn", "pynn-kernels")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("pynn benchmarks")
    group.addoption("--peers", default="", help="comma-separated; the first is the baseline (default: all installed)")
    group.addoption("--rounds", type=int, default=0, help="timed rounds (default: as many as the workload says)")
    group.addoption("--rows", type=int, default=0, help="rows to train on, the first so many (default: all)")
    group.addoption("--patience", type=float, default=600, help="seconds to wait for a peer before it is given up")


@pytest.hookimpl(tryfirst=True)  # pytest-benchmark reads its options when it is configured
def pytest_configure(config: pytest.Config) -> None:
    config.stash[TABLES] = []
    Remote.patience = config.getoption("--patience")
    config.stash[PEAKS] = []
    config.stash[MACHINE] = [f"{os.cpu_count()} cores, Python {platform.python_version()}"]
    if hasattr(os, "getloadavg"):
        config.stash[MACHINE].append(f"load before the run {os.getloadavg()[0]:.1f} (above 0.3 the figures suffer)")
    BUILD.mkdir(parents=True, exist_ok=True)
    if not config.option.benchmark_json:
        config.option.benchmark_json = str(BUILD / "results.json")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "peer" in metafunc.fixturenames:
        metafunc.parametrize("peer", chosen(metafunc.config))


def chosen(config: pytest.Config) -> list[str]:
    """Peers of this run, the baseline first."""
    given = config.getoption("--peers")
    return given.split(",") if given else installed()


def peaks(config: pytest.Config) -> dict[str, float]:
    """The peak of one core and of all, measured now; the highest of this run counts."""
    config.stash[PEAKS].append(measured_peaks())
    return {cores: max(found[cores] for found in config.stash[PEAKS]) for cores in config.stash[PEAKS][-1]}


def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:
    """Called when the JSON is written, just before the summary."""
    machine_info["packages"] = dict(versions())
    machine_info["before"] = config.stash[MACHINE]
    machine_info["missing"] = missing()
    machine_info["peaks"] = config.stash[PEAKS]
    config.stash[MACHINE].insert(0, machine_info["cpu"].get("brand_raw", platform.machine()))


def versions() -> list[tuple[str, str]]:
    """Installed packages that the figures depend on."""
    present = {d.name.lower(): d.version for d in metadata.distributions()}
    return [(name, present[name]) for name in VERSIONS if name in present]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not config.stash[TABLES]:
        return
    terminalreporter.section("benchmarks: median (least–greatest)")
    terminalreporter.write_line(", ".join(config.stash[MACHINE] + [" ".join(pair) for pair in versions()]))
    for name, packages in missing().items():
        terminalreporter.write_line(f"missing: {name}, for want of {packages}")
    if config.stash[PEAKS]:
        peak = ", ".join(f"{n} core{'s' * (n != '1')} {p / 1e9:.0f}" for n, p in peaks(config).items())
        terminalreporter.write_line(f"peak, GFLOP/s, float32 multiply-adds in registers: {peak}")
    for table in config.stash[TABLES]:
        terminalreporter.write_line("")
        for line in table:
            terminalreporter.write_line(line)
    terminalreporter.write_line(f"\nall rounds: {config.option.benchmark_json}")
