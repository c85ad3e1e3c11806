"""Questions about symbolic tensors: what is one, and which inputs it comes from."""

from __future__ import annotations

from typing import Any

from pynn.graph import KerasTensor, is_symbolic


def is_keras_tensor(x: Any) -> bool:
    """Tell whether something is a symbolic tensor: with a shape and a type, and no values.

    Parameters
    ----------
    x : object

    Examples
    --------
    >>> is_keras_tensor(KerasTensor((2,))), is_keras_tensor(np.ones(2))
    (True, False)
    """
    return isinstance(x, KerasTensor)


def get_source_inputs(tensor: Any) -> Any:
    """Return the inputs that a symbolic tensor is computed from.

    Parameters
    ----------
    tensor : KerasTensor

    Returns
    -------
    list of KerasTensor
        Each once; the tensor itself if it is an input.  Anything that is not symbolic comes back as it is.

    Examples
    --------
    >>> x = KerasTensor((None, 2))
    >>> get_source_inputs(x) == [x]
    True
    """
    if not is_symbolic(tensor):
        return tensor
    found: dict[int, Any] = {}
    seen: set[int] = set()
    waiting = [tensor]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if one.node is None or not one.node.inputs:
            found[id(one)] = one
        else:
            waiting.extend(reversed(one.node.inputs))
    return list(found.values())
