"""Every public name of Keras: here with Keras's signature and defaults, or left out with a reason."""

from __future__ import annotations

import fnmatch
import importlib.util
import inspect
import types
from pathlib import Path

import pytest

pytest.importorskip("pynn", reason="about pynn's namespaces")

ROOT = Path(__file__).resolve().parents[1]
SPEC = importlib.util.spec_from_file_location("what_is_here", ROOT / "tools" / "what_is_here.py")
what_is_here = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(what_is_here)

# Names that are still to come, as patterns.  What comes is taken off; the list ends empty.
NOT_YET: dict[str, str] = {}

# Signatures that differ, each with its reason.
DIFFERENT: dict[str, str] = {}


def is_expected(path: str, name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in NOT_YET.get(path, "").split())


def arguments(function):
    # Keras's models take anything in __new__, which would hide what __init__ takes.
    found = inspect.signature(function.__init__ if inspect.isclass(function) else function).parameters.values()
    return [p for p in found if p.name not in ("self", "cls") and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]


def plain(default):
    return getattr(default, "__name__", default) if callable(default) else default


def difference(ours, theirs) -> str:
    """What is not the same about two classes or functions; empty if nothing is."""
    if inspect.isclass(ours) != inspect.isclass(theirs):
        return "one is a class, the other is not"
    try:
        theirs = arguments(theirs)
    except ValueError:  # a built-in function has no signature
        return ""
    ours = arguments(ours)
    if [p.name for p in ours] != [p.name for p in theirs]:
        return f"arguments {[p.name for p in ours]}, Keras {[p.name for p in theirs]}"
    for mine, expected in zip(ours, theirs, strict=True):
        same = plain(mine.default) == plain(expected.default)
        if not same or not (type(mine.default) is type(expected.default) or callable(mine.default)):
            return f"{mine.name}={mine.default!r}, Keras {expected.default!r}"
    return ""


@pytest.mark.parametrize("namespace", what_is_here.NAMESPACES)
def test_every_name_is_here_or_left_out(real_keras, namespace):
    from pynn import keras
    from pynn.omissions import omission_of

    path = f"keras.{namespace}".rstrip(".")
    ours, theirs = what_is_here.within(keras, namespace), what_is_here.within(real_keras, namespace)
    problems = {}
    for name in what_is_here.names_of(real_keras, namespace):
        if is_expected(path, name):
            continue
        if hasattr(ours, name):
            mine, expected = getattr(ours, name), getattr(theirs, name)
            if callable(expected) and not isinstance(expected, types.ModuleType):
                problems[name] = "" if f"{path}.{name}" in DIFFERENT else difference(mine, expected)
        elif not omission_of(path, name):
            problems[name] = "is neither here nor on the list of omissions"
    assert {name: text for name, text in problems.items() if text} == {}


def test_page_is_current(real_keras):
    from pynn import keras

    if NOT_YET:
        pytest.skip(f"names are still to come in {sorted(NOT_YET)}")
    page = what_is_here.PAGE.read_text(encoding="utf-8")
    assert page == what_is_here.page(real_keras, keras), "python tools/what_is_here.py"
