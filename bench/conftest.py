"""Options, pytest-benchmark's JSON file, and the tables at the end."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from typing import Any

import pytest
from peers import installed
from remote import BUILD

TABLES = pytest.StashKey[list[list[str]]]()
MACHINE = pytest.StashKey[list[str]]()
VERSIONS = ("numpy", "keras", "jax", "torch", "tensorflow", "tensorflow_cpu", "pynn-kernels")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("pynn benchmarks")
    group.addoption("--peers", default="", help="comma-separated; the first is the baseline (default: all installed)")
    group.addoption("--rounds", type=int, default=0, help="timed rounds (default: as many as the workload says)")


@pytest.hookimpl(tryfirst=True)  # pytest-benchmark reads its options when it is configured
def pytest_configure(config: pytest.Config) -> None:
    config.stash[TABLES] = []
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


def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:
    """Called when the JSON is written, just before the summary."""
    machine_info["packages"] = dict(versions())
    machine_info["before"] = config.stash[MACHINE]
    config.stash[MACHINE].insert(0, machine_info["cpu"].get("brand_raw", platform.machine()))


def versions() -> list[tuple[str, str]]:
    """Installed packages that the figures depend on."""
    present = {d.name.lower(): d.version for d in metadata.distributions()}
    return [(name, present[name]) for name in VERSIONS if name in present]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not config.stash[TABLES]:
        return
    terminalreporter.section("benchmarks: median (least–greatest)")
    packages = [f"{name} {version}" for name, version in versions()]
    terminalreporter.write_line(", ".join(config.stash[MACHINE] + packages))
    for table in config.stash[TABLES]:
        terminalreporter.write_line("")
        for line in table:
            terminalreporter.write_line(line)
    terminalreporter.write_line(f"\nall rounds: {config.option.benchmark_json}")
