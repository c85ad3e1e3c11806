"""Imports point down, nothing runs in a circle, files and functions stay short: read from the sources."""

from __future__ import annotations

import ast
import functools
import graphlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "pynn"
SOURCES = sorted(p for p in PACKAGE.rglob("*.py"))

# The floors of the house, from the ground.  A module imports its own floor or a lower one, never a higher.
FLOORS = [
    [
        "backends",
        "changes",
        "config",
        "console",
        "ranks",
        "configurations",
        "dtypes",
        "dtype_policies",
        "limits",
        "session",
        "symbols",
        "windows",
        "naming",
        "families",
        "events",
        "extras",
        "encoding",
        "sequences",
        "legacy",
        "namespaces",
        "older",
        "omissions",
        "saving",
        "random",
        "variables",
        "initializers",
        "nothing",
        "structures",
        "graph",
        "recording",
        "trials",
        "operators",
        "tensor",
        "entries",
        "backward",
        "tape",
        "glossary",
        "applied",
        "operation",
        "elements",
        "dataset",
        "splitting",
        "trees",
        "traversal",
    ],
    ["kernels.contract", "kernels.scalar"],
    ["kernels.own"],
    ["kernels.reference", "_core", "kernels.numba", "kernels.cuda"],
    ["kernels.tables", "kernels"],
    ["ops"],
    ["slots"],
    ["steps"],
    ["plan"],
    ["arena"],
    ["device_runner", "fusion", "grouping", "immediate", "permutations", "threads", "watching"],
    ["frozen"],
    ["runners"],
    ["short_last"],
    [
        "activations",
        "regularizers",
        "constraints",
        "data",
        "layers",
        "losses",
        "metrics",
        "optimizers",
        "callbacks",
        "datasets",
        "targets",
    ],
    ["distributed"],
    ["models"],
    ["older_backend"],
    ["plot", "sklearn", "wrappers"],
    ["keras"],
    ["tf"],
    ["aliases"],
    [""],  # pynn/__init__.py
    ["command_line"],
    ["__main__"],
]
FLOOR = {unit: number for number, units in enumerate(FLOORS) for unit in units}
GROUND = FLOORS[0]

# Who may know compiled code and backends, and nobody else.
BACKENDS = {"_core", "kernels.reference", "kernels.numba", "kernels.cuda"}
MAY_KNOW_BACKENDS = BACKENDS | {
    "kernels.tables",
    "kernels",
    "device_runner",
    "frozen",
    "permutations",
    "runners",
    "threads",
    "",
}
OUTSIDERS = {"numba": ("kernels.numba", "kernels.cuda"), "ctypes": (), "keras": (), "jax": (), "tensorflow": ()}

MAX_FILE, MAX_FUNCTION = 300, 40


def module_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def unit_of(module):
    """The longest name in FLOORS that the module is or lies in."""
    while module and module not in FLOOR:
        module = module.rpartition(".")[0]
    return module


MODULES = {module_of(path): path for path in SOURCES}


def is_type_checking(node):
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def walk(tree):
    """Every node but those that only a type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if not is_type_checking(node):
            yield node
            yield from walk(node)


def absolute(node, module, path):
    """The dotted name an ImportFrom starts at."""
    if not node.level:
        return node.module or ""
    package = ["pynn", *module.split(".")] if module else ["pynn"]
    if path.name != "__init__.py":
        package = package[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


@functools.cache
def imports(module):
    """Dotted names imported anywhere in a module, in functions too; `from a import b` is a.b where that is one."""
    path, found = MODULES[module], []
    for node in walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = absolute(node, module, path)
            for alias in node.names:
                inner = f"{start}.{alias.name}"
                known = inner.removeprefix("pynn.") in MODULES or inner in ("pynn._core", "pynn.kernels._core")
                found.append(inner if known else start)
    return found


def own_imports(module):
    """Modules of pynn, without the leading `pynn.`"""
    found = {name for name in imports(module) if name.partition(".")[0] == "pynn"}
    return {name.partition(".")[2] for name in found} - {module}


# A test walks all files and names every one at fault: a test for each file cost more than reading it.
def test_every_file_has_a_floor():
    lost = [module for module in MODULES if module and not unit_of(module)]
    assert not lost, "say in FLOORS where they stand"


def test_imports_point_down():
    up = {m: {name for name in own_imports(m) if FLOOR[unit_of(name)] > FLOOR[unit_of(m)]} for m in MODULES}
    assert not {m: found for m, found in up.items() if found}, "a module imports what stands on a higher floor"


def test_who_knows_a_backend():
    others = [module for module in MODULES if unit_of(module) not in MAY_KNOW_BACKENDS]
    assert not {m: own_imports(m) for m in others if {unit_of(name) for name in own_imports(m)} & BACKENDS}


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_who_imports_what_is_outside(outsider):
    others = [module for module in MODULES if unit_of(module) not in OUTSIDERS[outsider]]
    assert not [m for m in others if outsider in {name.partition(".")[0] for name in imports(m)}]


@pytest.mark.parametrize("module", [m for m in MODULES if unit_of(m) == "kernels.reference"])
def test_reference_knows_the_contract_alone(module):
    assert {unit_of(name) for name in own_imports(module)} <= {"kernels.contract", "kernels.reference"}


def test_no_circles():
    graph = {module: own_imports(module) & set(MODULES) for module in MODULES}
    for module, found in graph.items():  # a package is its __init__ first; the import of a sibling passes through it
        found.discard(module.rpartition(".")[0])
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(f"imports in a circle: {' → '.join(error.args[1])}")


def files(*patterns):
    found = [p for pattern in patterns for p in ROOT.glob(pattern)]
    return sorted(p for p in found if p.is_file() and ".venv" not in p.parts)


def names_of(paths):
    return [str(p.relative_to(ROOT)) for p in paths]


ALL_FILES = files(
    "pynn/**/*.py", "pynn/**/*.pyi", "csrc/*.[ch]", "csrc/*.py[xdi]*", "tests/**/*.py", "bench/**/*.py", "tools/*.py"
)
ALL_FILES += files("examples/*.py")


def test_files_are_short():
    lines = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in names_of(ALL_FILES)}
    assert not {name: number for name, number in lines.items() if number > MAX_FILE}


def length(function):
    """Lines of a function, its docstring left out."""
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= first.end_lineno - first.lineno + 1
    return lines


def test_functions_are_short():
    long = {}
    for name in names_of(ALL_FILES):
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8") if name.endswith(".py") else "")
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        long |= {(name, f.name): length(f) for f in functions if length(f) > MAX_FUNCTION}
    assert not long


@pytest.mark.parametrize("name", names_of(files("csrc/*.[ch]")))
def test_c_functions_are_short(name):
    """A body reaches from a brace that begins a line, or ends one at the left edge, to the next closing one there."""
    start, long = None, {}
    for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("{") or (re.match(r"[A-Za-z].*\)\s*\{$", line)):
            start = number
        elif line.startswith("}") and start is not None:
            if number - start > MAX_FUNCTION:
                long[start] = number - start
            start = None
    assert not long, f"{name}: line → lines {long}"


FORBIDDEN_NAMES = {"utils", "helpers", "helper", "common", "misc", "manager", "util"}


def test_no_file_is_named_after_nothing():
    """`keras/utils` exists because Keras has it."""
    named = [n for n in names_of(ALL_FILES) if FORBIDDEN_NAMES & set(Path(n).with_suffix("").parts)]
    assert [n for n in named if not n.startswith("pynn/keras/")] == []
