"""A function of `keras.ops` where it stands in a functional model: with its settings, and a name of its own."""

from __future__ import annotations

import contextlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pynn import graph, naming
from pynn.structures import flatten

if TYPE_CHECKING:
    from pynn.operation import Operation


class Applied:
    """One use of an operation in a graph.

    Parameters
    ----------
    operation : Operation
    settings : dict
        Its arguments that are no arrays.
    name : str, optional
        Numbered by function if not given; within a user's layer, which is recorded anew for each plan, the function's.
    """

    def __init__(self, operation: Operation, settings: dict[str, Any], name: str | None = None) -> None:
        self.operation, self.settings = operation, settings
        plain = operation.name.lstrip("_")
        self.name = name or (plain if graph.is_tracing() else naming.auto_name(plain))
        self._inbound: list[graph.Node] = []

    @property
    def class_name(self) -> str:
        """The name that Keras gives the operation's class: "Mean" for `mean`."""
        return "".join(word.capitalize() for word in self.operation.name.lstrip("_").split("_"))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if graph.any_symbolic(args, kwargs):
            return graph.record(self, args, kwargs)
        return self.operation(*args, **(self.settings | kwargs))

    def symbolic_outputs(self, *args: Any, **kwargs: Any) -> Any:
        """See `pynn.graph.Operation`."""
        return self.operation.symbolic_outputs(*args, **(self.settings | kwargs))

    def get_config(self) -> dict[str, Any]:
        """Name and settings."""
        return {"name": self.name} | self.settings

    def __repr__(self) -> str:
        return f"<Operation name={self.name}>"


@contextlib.contextmanager
def rows_unnamed(compute: Callable[..., Any], args: Any, kwargs: Any) -> Iterator[None]:
    """In what an error says of symbolic tensors, put None where a number of rows shows that was tried out."""
    try:
        yield
    except ValueError as error:
        if type(error) is not ValueError:
            raise
        said = []
        for rows in (12, 24):
            try:
                compute(rows, args, kwargs)
            except ValueError as again:
                said.append(re.split(r"(\d+)", str(again)))
        if len(said) < 2 or said[0] == said[1] or len(said[0]) != len(said[1]):
            raise
        text = "".join(a if a == b else "None" for a, b in zip(*said, strict=True)).strip()
        tensors = filter(graph.is_symbolic, flatten([list(args), kwargs]))
        shapes = " and ".join(str(tensor.shape) for tensor in tensors)
        raise ValueError(f"{text}. KerasTensors of shape {shapes}: None is the number of rows in a batch.") from None


def record(operation: Operation, args: Any, kwargs: dict[str, Any]) -> Any:
    """Record a symbolic call of an operation; its arguments that are no arrays become settings."""
    bound = inspect.signature(operation.function).bind(*args, **kwargs)
    bound.apply_defaults()
    count = operation.array_count(args)
    arrays = list(bound.args[:count])
    settings: dict[str, Any] = {}
    for index, (name, parameter) in enumerate(bound.signature.parameters.items()):
        if parameter.kind is parameter.VAR_POSITIONAL:
            return graph.record(Applied(operation, {}), args, kwargs)
        if parameter.kind is parameter.VAR_KEYWORD:
            settings |= bound.arguments[name]
        elif index >= count:
            settings[name] = bound.arguments[name]
    if any(map(graph.is_symbolic, flatten(settings))):  # a tensor among what are settings as a rule
        return graph.record(Applied(operation, {}), args, kwargs)
    return graph.record(Applied(operation, settings), arrays)
