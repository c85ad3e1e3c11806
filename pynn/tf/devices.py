"""The machine as pynn sees it: one processor, no GPU."""

from __future__ import annotations

from typing import Any, NamedTuple


class PhysicalDevice(NamedTuple):
    """A device of the machine.

    Attributes
    ----------
    name, device_type : str
    """

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """A device as programs see it.

    Attributes
    ----------
    name, device_type : str
    """

    name: str
    device_type: str


_CPU = PhysicalDevice("/physical_device:CPU:0", "CPU")


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The processor; an empty list for ``"GPU"``, which pynn does not use.

    Parameters
    ----------
    device_type : str, optional
        Only devices of this type.

    Examples
    --------
    >>> list_physical_devices("GPU")
    []
    """
    return [_CPU] if device_type in (None, "CPU") else []


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The processor, as programs see it."""
    return [LogicalDevice("/device:CPU:0", "CPU")] if device_type in (None, "CPU") else []


def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Choose among the devices: the processor, or no GPU, which is so anyway.

    Raises
    ------
    ValueError
        If other devices are asked for.
    """
    asked = [devices] if isinstance(devices, PhysicalDevice) or devices is None else list(devices)
    for device in asked:
        known(device)


def known(device: Any) -> PhysicalDevice:
    """The device itself, or ValueError if the machine has no such device."""
    if device in (None, _CPU, _CPU.name, "CPU:0", "/CPU:0", "/device:CPU:0", "cpu:0", "/cpu:0", "CPU", "/cpu", "cpu"):
        return _CPU
    raise ValueError(f"There is no device {device!r}: pynn runs on the processor, {_CPU.name!r}.")


def set_memory_growth(device: Any, enable: bool) -> None:
    """Nothing to do for the processor, which takes memory as it is needed; there is no other device."""
    known(device)


def get_memory_growth(device: Any) -> bool:
    """True: memory is taken as it is needed."""
    known(device)
    return True


def get_device_details(device: Any) -> dict[str, Any]:
    """An empty dict: nothing more is known of the processor."""
    known(device)
    return {}
