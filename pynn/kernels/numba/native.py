"""Machine code of kernels: where it is kept on disk, and how it comes into memory.  Needs llvmlite, not numba.

A file holds one kernel for this processor, this numba and these sources.  The folder is ``pynn`` in that which the
environment variable NUMBA_CACHE_DIR names, or else in the user's folder for caches.  A process that cannot write to
either compiles each kernel when it needs it first.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

_NUMBERS = itertools.count()
_LOCK = threading.RLock()
_DIGEST = hashlib.sha256().digest_size


@functools.cache
def machine() -> Any:
    """The code generator for this processor."""
    initialize = getattr(llvm, "initialize_native_target", None)
    if initialize:
        initialize()
        llvm.initialize_native_asmprinter()
    chosen = llvm.Target.from_default_triple()
    options = {"cpu": llvm.get_host_cpu_name(), "features": _features(), "opt": 3, "jit": True}
    # As numba does it: code that is loaded at once needs no position of its own.
    options |= {"reloc": "static" if chosen.name.startswith("x86") else "default", "codemodel": "jitdefault"}
    return chosen.create_target_machine(**options)


def _features() -> str:
    return str(llvm.get_host_cpu_features().flatten())


@functools.cache
def _engine() -> Any:
    empty = llvm.parse_assembly("")
    empty.triple = llvm.get_process_triple()
    return llvm.create_mcjit_compiler(empty, machine())


def loaded(code: bytes, name: str) -> int:
    """The address of function `name` of an object file; it stays in memory as long as the process lives."""
    engine = _engine()
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return int(engine.get_function_address(name))


@functools.cache
def _sources() -> bytes:
    """A digest of all that machine code depends on, but the kernel's name."""
    from importlib.metadata import version

    facts = [version("numba"), version("llvmlite"), sys.version, llvm.get_process_triple()]
    digest = hashlib.sha256("\n".join([*facts, llvm.get_host_cpu_name(), _features()]).encode())
    kernels = Path(__file__).resolve().parents[1]
    for folder in ("scalar", "own", "numba"):
        for path in sorted((kernels / folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.digest()


def _folders() -> list[Path]:
    named = os.environ.get("NUMBA_CACHE_DIR")
    if sys.platform == "win32":
        own = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        own = os.path.expanduser("~/Library/Caches")
    else:
        own = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return [Path(folder) / "pynn" for folder in (named, own) if folder]


def kept(key: str) -> Path | None:
    """The file for a kernel, in the first folder that can be written to; None if there is none."""
    digest = hashlib.sha256(_sources() + key.encode()).hexdigest()[:32]
    for folder in _folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK | os.X_OK):
            return folder / f"{digest}.o"
    return None


def read(path: Path | None) -> bytes | None:
    """Machine code from disk; None if there is none, or not all of it."""
    try:
        whole = b"" if path is None else path.read_bytes()
    except OSError:
        return None
    digest, code = whole[:_DIGEST], whole[_DIGEST:]
    return code if code and hashlib.sha256(code).digest() == digest else None


def write(path: Path | None, code: bytes) -> None:
    """Keep machine code.  A full disk is no error: the kernel is in memory."""
    if path is None:
        return
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(code).digest() + code)
        os.replace(file.name, path)
    except OSError:
        return


_ADDRESSES: dict[str, int] = {}


def is_kept(key: str) -> bool:
    """Whether a function is in memory, or on disk."""
    return key in _ADDRESSES or ((path := kept(key)) is not None and path.exists())


def address(key: str | None, make: Callable[[str], bytes], name: str | None = None) -> int:
    """The address of a function: from memory, from disk, or else made by ``make(name of the C function)``.

    `key` says which function for which element type it is; without one it is made anew and kept nowhere.  With a
    `name`, what is loaded later can call it.
    """
    with _LOCK:
        if key is None:
            unique = f"pn_{next(_NUMBERS)}"
            return loaded(make(unique), unique)
        if key not in _ADDRESSES:
            symbol = name or "pn_" + hashlib.sha256(key.encode()).hexdigest()[:32]
            path = kept(key)
            code = read(path)
            if code is None:
                code = make(symbol)
                write(path, code)
            _ADDRESSES[key] = loaded(code, symbol)
            if name:
                llvm.add_symbol(name, _ADDRESSES[key])
        return _ADDRESSES[key]
