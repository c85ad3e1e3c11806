"""`pynn info`: what is installed here, and what it computes with."""

from __future__ import annotations

import argparse
import os
import platform
from importlib import metadata

import numpy as np

import pynn
from pynn import backends, extras, threads
from pynn.kernels import tables


def run(given: argparse.Namespace) -> None:
    """Print it."""
    print(f"pynn {pynn.__version__}, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"system:     {platform.system()} {platform.release()}, {platform.machine()}")
    print(f"processor:  {_processor()}, {threads.default_num_threads()} of {os.cpu_count()} cores")
    others = ", ".join(tables.isas())
    print(f"kernels:    {tables.default_isa()} (this processor and this build have {others})")
    print(f"threads:    {pynn.get_num_threads()}")
    print(f"peak:       {threads.peak_flops(pynn.get_num_threads()) / 1e9:.0f} GFLOP/s in float32, measured now")
    print(f"backend:    {backends.get_backend()} (there are {', '.join(backends.BACKENDS)})")
    for name in ("reference", "cython"):
        print(f"table:      {name}, {len({op for op, _ in tables.table(name)})} operations")
    for name in sorted(key for key in os.environ if key.startswith("PYNN_")):
        print(f"set:        {name}={os.environ[name]}")
    print("extras:")
    for extra, package in extras.EXTRAS.items():
        print(f"  {extra:<12} {_version(package, extra)}")


def _version(package: str, extra: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f'{package} is not installed: pip install "pynn-kernels[{extra}]"'


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            lines = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        lines = []
    return lines[0] if lines else platform.processor() or platform.machine()
