"""Values that are neither plain nor have a config: each kind has a word in files, a way there and a way back."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pynn.saving.safety import check_code_allowed


class Form(NamedTuple):
    """A kind of value: its word in files, the type, how it is written and how it is read."""

    word: str
    kind: type[Any]
    write: Callable[[Any], dict[str, Any]]
    read: Callable[[dict[str, Any]], Any]


def write_lambda(function: types.FunctionType) -> dict[str, Any]:
    """The code of a function as text, its defaults and the values it closes over."""
    import base64
    import marshal

    code = base64.encodebytes(marshal.dumps(function.__code__)).decode("ascii")
    closure = tuple(cell.cell_contents for cell in function.__closure__ or ()) or None
    return {"value": (code, function.__defaults__, closure)}


def _read_lambda(config: dict[str, Any]) -> Any:
    check_code_allowed("a Python lambda")
    import base64
    import marshal

    code, defaults, closure = config["value"]
    cells = tuple(types.CellType(value) for value in closure or ())
    found = marshal.loads(base64.decodebytes(code.encode("ascii")))
    return types.FunctionType(found, globals(), found.co_name, tuple(defaults) if defaults else None, cells or None)


def _array(config: dict[str, Any]) -> np.ndarray:
    return np.array(config["value"], dtype=config["dtype"])


_FORMS = [
    Form("__bytes__", bytes, lambda b: {"value": b.decode("utf-8")}, lambda c: c["value"].encode("utf-8")),
    Form("__ellipsis__", type(Ellipsis), lambda _: {}, lambda _: Ellipsis),
    Form(
        "__slice__",
        slice,
        lambda s: {"start": s.start, "stop": s.stop, "step": s.step},
        lambda c: slice(c["start"], c["stop"], c["step"]),
    ),
    Form("__numpy__", np.ndarray, lambda a: {"value": a.tolist(), "dtype": a.dtype.name}, _array),
    Form("__lambda__", types.LambdaType, write_lambda, _read_lambda),
]


def add_form(form: Form) -> None:
    """Teach a further kind of value; it goes before the kinds known so far."""
    _FORMS.insert(0, form)


def form_of(value: Any) -> Form | None:
    """How a value is written; functions with a name of their own have no form, they are mentioned by name."""
    for form in _FORMS:
        if isinstance(value, form.kind) and (form.word != "__lambda__" or value.__name__ == "<lambda>"):
            return form
    return None


def form_named(word: str) -> Form | None:
    """How values of a kind are read."""
    return next((form for form in _FORMS if form.word == word), None)
