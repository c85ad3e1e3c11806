"""Write docs/what_is_here.md: every public name of Keras, present in pynn or left out with the reason.

    python tools/what_is_here.py [--check]

Needs Keras itself, which says what its names are.  With --check nothing is written; the exit code says whether the
page is current.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

os.environ.setdefault("KERAS_BACKEND", "jax")

PAGE = Path(__file__).resolve().parents[1] / "docs" / "what_is_here.md"

# The namespaces that are compared name by name; those of Keras that are not here are names of `keras` itself.
NAMESPACES = (
    "",
    "activations",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "datasets.boston_housing",
    "datasets.california_housing",
    "datasets.cifar10",
    "datasets.cifar100",
    "datasets.fashion_mnist",
    "datasets.imdb",
    "datasets.mnist",
    "datasets.reuters",
    "dtype_policies",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "ops",
    "ops.linalg",
    "ops.nn",
    "ops.numpy",
    "optimizers",
    "optimizers.schedules",
    "preprocessing",
    "preprocessing.sequence",
    "random",
    "regularizers",
    "saving",
    "tree",
    "utils",
    "wrappers",
)
# Keras's own workings, which its namespace happens to show.
INNER = {"": {"src", "version"}}


def within(root: ModuleType, namespace: str) -> ModuleType | None:
    """The module of a namespace, None where there is none."""
    found: ModuleType | None = root
    for word in namespace.split(".") if namespace else ():
        found = getattr(found, word, None)
    return found


def names_of(keras: ModuleType, namespace: str) -> list[str]:
    """Keras's public names in a namespace."""
    module = within(keras, namespace)
    return [n for n in dir(module) if not n.startswith("_") and n not in INNER.get(namespace, ())]


def rows(keras: ModuleType, pynn: ModuleType) -> Iterator[tuple[str, list[str], list[str], list[str]]]:
    """(path, names that are here, left out, neither) of each namespace."""
    from pynn.omissions import omission_of

    for namespace in NAMESPACES:
        path = f"keras.{namespace}".rstrip(".")
        ours = within(pynn, namespace)
        here, out, missing = [], [], []
        for name in names_of(keras, namespace):
            kind = here if hasattr(ours, name) else out if omission_of(path, name) else missing
            kind.append(name)
        yield path, here, out, missing


def page(keras: ModuleType, pynn: ModuleType) -> str:
    """The text of the page."""
    from pynn.omissions import OMISSIONS, omission_of

    table = list(rows(keras, pynn))
    lines = [
        "# What is here",
        "",
        f"Every public name of Keras {keras.__version__}, as `tools/what_is_here.py` finds it. A name that is here has "
        "Keras's signature and defaults, which the tests compare. Asking for one that is left out raises an error that "
        "gives the reason below.",
        "",
        "| namespace | here | left out |",
        "|---|---:|---:|",
        *(f"| `{path}` | {len(here)} | {len(out)} |" for path, here, out, _ in table),
        "",
    ]
    for path, here, _, missing in table:
        lines += [f"## `{path}`", "", ", ".join(f"`{name}`" for name in here) or "Nothing.", ""]
        if missing:
            lines += ["Not yet: " + ", ".join(f"`{name}`" for name in missing), ""]
    lines += ["## Left out", ""]
    for omission in OMISSIONS:
        if not any(omission_of(path, name) is omission for path, _, out, _ in table for name in out):
            continue  # of older names and TensorFlow's alone
        lines += [f"### {omission.topic}", "", f"{_sentence(omission.reason)} Nearest: {omission.nearest}.", ""]
        for path, _, out, _ in table:
            names = [name for name in out if omission_of(path, name) is omission]
            lines += [f"- `{path}`: " + ", ".join(f"`{name}`" for name in names)] if names else []
        lines += [""]
    lines += _older()
    lines += _tensorflow()
    return "\n".join(lines).rstrip() + "\n"


def _older() -> list[str]:
    """What Keras 1 and 2 had in other places, which Keras 3 mostly refuses."""
    from pynn import older

    lines = ["## Older names", "", "These run as well, each with a warning that names today's form.", ""]
    for path in sorted(older.NAMES):
        lines += [f"- `{path}`: " + ", ".join(f"`{name}`" for name in sorted(older.NAMES[path]))]
    moved = ", ".join(f"`{path}`" for path in sorted(older.MODULES) if path.startswith("keras."))
    return [*lines, f"- Modules: {moved}"]


def _tensorflow() -> list[str]:
    """What `import tensorflow as tf` finds after `pynn.install_as_keras()`."""
    from pynn import namespaces, tf

    lines = ["", "## TensorFlow", "", "After `pynn.install_as_keras()`, `import tensorflow as tf` gives `pynn.tf`:", ""]
    for path, module in namespaces.tree(tf, "tf"):
        if path != "tf" and path.split(".")[1] not in tf.__all__:
            continue  # a file of ours
        names = [n for n in dir(module) if n in getattr(module, "__all__", ())]
        lines += [f"- `{path}`: " + ", ".join(f"`{name}`" for name in names)] if names else []
    return lines


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is not current")
    check = parser.parse_args().check
    text = page(importlib.import_module("keras"), importlib.import_module("pynn.keras"))
    if check:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
