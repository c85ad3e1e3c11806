"""Masks: which steps of a sequence count.  A layer makes one, others pass it on, and losses leave out what it hides.

A tensor or KerasTensor has it as `_keras_mask`, a slot of a plan as `mask`: 1 where a step counts, 0 elsewhere.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from pynn import graph
from pynn.graph import KerasTensor, ordered_nodes
from pynn.layers import lowering
from pynn.plan import Batch, Plan, Slot
from pynn.structures import flatten, is_nested, map_structure, pack_as
from pynn.tensor import Tensor

if TYPE_CHECKING:
    from pynn.layers.layer import Layer

Method = TypeVar("Method")


def default(method: Method) -> Method:
    """Mark the `compute_mask` that every layer has."""
    method.is_default = True  # type: ignore[attr-defined]
    return method


def by_default(layer: Layer) -> bool:
    """Whether a layer passes masks on: some that come with pynn do, and those whose class says how."""
    return layer._passes_mask or not getattr(type(layer).compute_mask, "is_default", False)


def of(inputs: Any) -> Any:
    """The masks of tensors or KerasTensors, None for those without."""
    return map_structure(lambda leaf: getattr(leaf, "_keras_mask", None), inputs)


def there(mask: Any) -> bool:
    """Whether there is any."""
    return any(part is not None for part in flatten([mask]))


def previous(args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The masks that a call was given, or else those of its first argument."""
    if kwargs.get("mask") is not None:
        return kwargs["mask"]
    return of(args[0]) if args else None


def passed_on(layer: Layer, args: Sequence[Any], kwargs: dict[str, Any], y: Any) -> Any:
    """The outputs of a call on tensors or KerasTensors, with their masks."""
    leaves = [leaf for leaf in flatten(y) if isinstance(leaf, Tensor | KerasTensor)]
    mask = previous(args, kwargs)
    if not layer.supports_masking:
        if there(mask):
            warnings.warn(
                f"Layer '{layer.name}' (of type {type(layer).__name__}) was passed an input with a mask attached to "
                "it. However, this layer does not support masking and will therefore destroy the mask information. "
                "Downstream layers will not see the mask.",
                stacklevel=3,
            )
        return y
    if args and not all(there(of(leaf)) for leaf in leaves):
        found = layer.compute_mask(args[0], mask)
        parts = [None] * len(leaves) if found is None else flatten(found)
        for leaf, part in zip(leaves, parts, strict=False):
            if of(leaf) is None:
                leaf._keras_mask = part
    return y


def attached(plan: Plan, args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """The arguments of a call in a plan, where a mask that was given belongs to the first."""
    mask = kwargs.get("mask")
    if not there(mask):
        return list(args)
    if is_nested(args[0]) != is_nested(mask) or len(flatten(args[0])) != len(flatten(mask)):
        raise ValueError(f"mask must have the structure of the inputs: got {mask} for inputs {args[0]}")
    pairs = zip(flatten(args[0]), flatten(mask), strict=True)
    return [pack_as(args[0], [_with(plan, slot, part) for slot, part in pairs]), *args[1:]]


def _with(plan: Plan, x: Slot, mask: Any) -> Slot:
    if mask is None:
        return x
    if not isinstance(mask, Slot):
        raise ValueError(f"mask must be a KerasTensor in a model, not an array: got {mask!r:.80}")
    seen = x.view(*x.shape)
    seen.mask = mask
    return seen


def ignored(backward: Any, kwargs: dict[str, Any]) -> Any:
    """The way back of a layer for all slots of its call: masks that it was given have no gradient."""
    count = sum(isinstance(leaf, Slot) for leaf in flatten([kwargs.get("mask")]))
    return (lambda dy: [*flatten(backward(dy)), *[None] * count]) if count else backward


def lowered(layer: Layer, plan: Plan, args: Sequence[Any], y: Any, keeps: bool) -> Any:
    """The outputs of a call in a plan, with their masks.

    Parameters
    ----------
    layer : Layer
    plan : Plan
    args : sequence
        With slots in the place of tensors.
    y : Slot, or nested Slots
    keeps : bool
        Whether layers inside have given the outputs masks.
    """
    if not keeps:
        y = map_structure(lambda leaf: leaf if leaf.mask is None else leaf.view(*leaf.shape), y)
    leaves = flatten(y)
    if not layer.supports_masking or not args or all(leaf.mask is not None for leaf in leaves):
        return y
    found = _lowered(layer, plan, args[0])
    for leaf, mask in zip(leaves, [] if found is None else flatten(found), strict=False):
        leaf.mask = mask if leaf.mask is None else leaf.mask
    return y


def of_slots(x: Any) -> Any:
    """The masks of slots, None for those without."""
    return map_structure(lambda leaf: leaf.mask if isinstance(leaf, Slot) else None, x)


def _lowered(layer: Any, plan: Plan, x: Any) -> Any:
    """The masks of the outputs: by the layer's own steps, by a user's `compute_mask`, or as they came."""
    for cls in type(layer).__mro__:
        if "lower_mask" in vars(cls):
            return layer.lower_mask(plan, x, of_slots(x))
        if "compute_mask" in vars(cls):
            break
    if getattr(vars(cls)["compute_mask"], "is_default", False):
        return of_slots(x)
    return _recorded(layer, plan, x)


def _recorded(layer: Layer, plan: Plan, x: Any) -> Any:
    """What a user's `compute_mask` says, written with `keras.ops`."""
    slots: list[Any] = [*flatten(x), *flatten([of_slots(x)])]
    symbols = symbols_of([slot for slot in slots if isinstance(slot, Slot)])
    given = map_structure(lambda leaf: symbols.get(id(leaf), leaf), [x, of_slots(x)])
    with graph.tracing():
        result = layer.compute_mask(*given)
    found = {id(symbols[id(slot)]): slot for slot in slots if isinstance(slot, Slot)}
    wanted = [leaf for leaf in flatten([result]) if leaf is not None]
    if not all(map(graph.is_symbolic, wanted)):
        raise ValueError(f"layer '{layer.name}': compute_mask must give None or what depends on its arguments")
    lowering.lower_nodes(plan, ordered_nodes(list(symbols.values()), wanted), found)
    return map_structure(lambda leaf: None if leaf is None else found[id(leaf)], result)


def symbols_of(slots: Sequence[Slot]) -> dict[int, KerasTensor]:
    """KerasTensors for slots, by their ids, with their masks among them; masks are of type bool."""
    masks = {id(slot.mask): slot.mask for slot in slots if slot.mask is not None}
    symbols = {
        id(slot): KerasTensor(
            tuple(None if isinstance(size, Batch) else size for size in slot.shape),
            "bool" if id(slot) in masks else slot.dtype.name,
        )
        for slot in [*slots, *masks.values()]
    }
    for slot in slots:
        if slot.mask is not None:
            symbols[id(slot)]._keras_mask = symbols[id(slot.mask)]
    return symbols


def as_array(layer: Layer, mask: Any, x: np.ndarray) -> np.ndarray:
    """A mask as 1 and 0 in the type of the layer, for the input x."""
    shape = layer.mask_shape(x.shape)  # type: ignore[attr-defined]
    try:
        return np.ascontiguousarray(np.broadcast_to(np.asarray(mask) != 0, shape), layer.dtype)
    except ValueError:
        raise ValueError(_mismatch(layer, np.shape(mask), x.shape, shape)) from None


def of_shape(layer: Layer, x: Slot) -> Slot:
    """The mask of a slot, in the shape that a layer needs."""
    assert x.mask is not None
    shape = layer.mask_shape(x.shape)  # type: ignore[attr-defined]
    if x.mask.shape != shape:
        raise ValueError(_mismatch(layer, x.mask.shape, x.shape, shape))
    return x.mask


def _mismatch(layer: Layer, mask: Any, inputs: Any, wanted: Any) -> str:
    return (
        f"{type(layer).__name__} '{layer.name}': the mask must be broadcastable to {tuple(wanted)} for inputs of shape "
        f"{tuple(inputs)}. Received: mask.shape={tuple(mask)}, inputs.shape={tuple(inputs)}"
    )


def listed(inputs: Any, mask: Any) -> Any:
    """The masks of a list of inputs; None if none is given.

    Raises
    ------
    ValueError
        If they are not a list, or not one for each input.
    """
    if mask is None:
        return None
    for name, given in (("mask", mask), ("inputs", inputs)):
        if not isinstance(given, list | tuple):
            raise ValueError(f"`{name}` should be a list. Received: {name}={given}")
    if len(inputs) != len(mask):
        raise ValueError(
            "The lists `inputs` and `mask` should have the same length. Received: "
            f"inputs of length {len(inputs)}, and mask of length {len(mask)}"
        )
    return mask


def either(plan: Plan, name: str, a: Slot, b: Slot) -> Slot:
    """Emit where one of two masks counts."""
    if a.shape != b.shape:
        raise ValueError(f"layer '{name}': inputs with masks of shapes {a.shape} and {b.shape} cannot be merged")
    found: Slot = plan.emit("maximum_forward", a.rows(), b.rows(), label=f"{name}.mask")
    return found.view(*a.shape)
