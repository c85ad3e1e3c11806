"""What calls add to the loss: by `add_loss`, and by penalties of outputs.

A call that stands in another one hands its losses to that one's list, if it collects them; else the layer keeps them,
for `losses`, until it is called again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.graph import is_symbolic
from pynn.layers.context import current
from pynn.structures import flatten, is_nested
from pynn.tensor import as_tensor

if TYPE_CHECKING:
    from pynn.layers.layer import Layer


def add_loss(layer: Layer, loss: Any) -> None:
    """Add numbers to the loss of the call that is being made."""
    here = current()
    for part in flatten(loss) if is_nested(loss) else [loss]:
        if here is not None and here.losses is not None:
            here.losses.append((layer, part))
        elif is_symbolic(part):
            raise ValueError(f"layer '{layer.name}': add_loss must be called within the layer's `call`")
        else:
            layer._losses.append(part)


def begin(layer: Layer) -> None:
    """Forget what was added when the layer was called last, unless this call stands in another one."""
    if current() is None:
        for inside in (layer, *layer.all_sublayers()):
            inside._losses.clear()


def add_activity(layer: Layer, y: Any) -> None:
    """Add the penalty of what a call on arrays gave, divided by the rows of the batch."""
    for part in flatten(y):
        add_loss(layer, as_tensor(layer.activity_regularizer(part) / len(part)))


def total(losses: list[tuple[Any, Any]], dtype: Any) -> Any:
    """The sum of all elements of what a list collected, as a scalar that a tape can follow."""
    return sum((np.sum(loss) for _, loss in losses), as_tensor(np.zeros((), dtype)))
