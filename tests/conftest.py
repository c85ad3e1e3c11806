"""Shared by all tests: the oracle (real Keras on JAX), the subject (`pynn.keras`), shared data, a clean session."""

from __future__ import annotations

import ctypes
import gc
import importlib
import importlib.util
import mmap
import os
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]

# Keras reads its backend once, at import; so do JAX and XLA their settings.  PYNN_TEST_KERAS_BACKEND=torch or
# tensorflow is for tests/keras_parity/test_files.py, where those are installed.
os.environ["KERAS_BACKEND"] = os.environ.get("PYNN_TEST_KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")


def flags_of_xla() -> str:
    """Optimising the machine code of some hundred throw-away models costs more than running them does.

    Without the emitters of fusions, which go through MLIR, compiling takes a third of the time.  XLA ends the process
    at a flag that it does not know, so that the library is asked first.
    """
    flags = "--xla_backend_optimization_level=0"
    found = importlib.util.find_spec("jaxlib")
    for folder in found.submodule_search_locations or () if found else ():
        for library in Path(folder).glob("libjax_common.*"):
            with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
                if text.find(b"xla_cpu_use_fusion_emitters") >= 0:
                    return f"{flags} --xla_cpu_use_fusion_emitters=false"
    return flags


if "XLA_FLAGS" not in os.environ:  # processes that tests start have them, too
    os.environ["XLA_FLAGS"] = flags_of_xla()
# Four fifths of the oracle's time is compiling, mostly of a model that an earlier test or run has compiled already.
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(ROOT / "build" / "jax-cache"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
# So does compiling kernels in Python.
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "build" / "numba"))

# Only what Keras and JAX emit by themselves; a warning out of pynn stays an error.
THIRD_PARTY_WARNINGS = (
    # keras.Variable.__array__ has no `copy` argument, which NumPy 2 announces at every conversion.
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning",
    # JAX replaces its own internals from release to release and says so at import.
    "ignore::DeprecationWarning:jax.*",
    "ignore::DeprecationWarning:keras.src.*",
)


if os.environ.get("NUMBA_ENABLE_CUDASIM", "0") != "0":
    # Each thread of a kernel is a thread of Python that waits for others: let them take turns quickly.
    sys.setswitchinterval(1e-5)


def pytest_configure(config: pytest.Config) -> None:
    for line in THIRD_PARTY_WARNINGS:
        config.addinivalue_line("filterwarnings", line)
    try:
        from hypothesis import settings
    except ImportError:
        return
    # The same examples on every machine and in every run; nothing is written beside the tests.
    settings.register_profile("pynn", deadline=None, derandomize=True, max_examples=30, database=None)
    settings.load_profile("pynn")


# Files that take longest, by few tests: they start first, so that in the end no process waits for another.
LONG = {"kernels", "examples", "cuda_ptx", "cuda", "bench_smoke", "layers_in_models", "random_models", "sklearn_page"}
LONG |= {"distributed", "files", "files_fuzz"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.stem.removeprefix("test_") not in LONG)


@pytest.fixture(scope="session")
def real_keras():
    """Keras itself, the oracle."""
    reason = "real Keras is the oracle of this test: pip install keras jax"
    pytest.importorskip("jax", reason=reason)
    return pytest.importorskip("keras", reason=reason)


@pytest.fixture(scope="session")
def subject_name() -> str:
    """Whose API is tested: `pynn.keras`, or `keras` where the tests are to be tried on the oracle itself."""
    return os.environ.get("PYNN_TESTS_SUBJECT", "pynn.keras")


@pytest.fixture(scope="session")
def keras(subject_name):
    """The namespace students import."""
    return importlib.import_module(subject_name)


@pytest.fixture(scope="session")
def is_oracle(subject_name) -> bool:
    return subject_name == "keras"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder that holds mnist.npz and fashion-mnist/."""
    folder = Path(os.environ.get("PYNN_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "mnist.npz").exists():
        pytest.skip(f"no mnist.npz in {folder}; set PYNN_DATA to the folder that has it")
    return folder


@pytest.fixture(scope="session")
def single_layer():
    """The module tests/single_layer.py: one layer by itself on the compiled kernels."""
    spec = importlib.util.spec_from_file_location("single_layer", Path(__file__).with_name("single_layer.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def walked_in_c():
    """For what the NumPy walker does not have: where PYNN_BACKEND says "reference", the compiled core computes."""
    from pynn import backends

    before = backends.get_backend()
    if before == "reference":
        backends.set_backend("cython")
    yield
    backends.set_backend(before)


@pytest.fixture(autouse=True)
def clean_session():
    """Automatic names, global seeds and pictures start afresh: no test can depend on the ones before it."""
    state = np.random.get_state()
    yield
    if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
        pyplot.close("all")
    np.random.set_state(state)
    if (legacy := sys.modules.get("pynn.legacy")) is not None:
        legacy.reset()
    if (naming := sys.modules.get("pynn.naming")) is not None:
        naming.reset_names()
    if (keras := sys.modules.get("keras")) is not None and hasattr(keras, "utils"):
        keras.utils.clear_session(free_memory=False)
        forget_programs()


MOST_MEMORY = 1_500_000_000  # bytes, before JAX is to forget
most_memory = MOST_MEMORY


def memory() -> int:
    """Bytes that this process has in memory; 0 where the system does not tell in this way."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def forget_programs() -> None:
    """JAX keeps every program that it has compiled, 5 GB in the end: they go now and then; some come back from disk."""
    global most_memory
    if memory() > most_memory and (jax := sys.modules.get("jax")) is not None:
        jax.clear_caches()
        gc.collect()
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # what is free goes back to the system
            trim(0)
        most_memory = max(MOST_MEMORY, memory() + MOST_MEMORY // 3)
