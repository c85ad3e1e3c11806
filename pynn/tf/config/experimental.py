"""`tf.config.experimental`."""

from pynn.tf.devices import (
    get_device_details,
    get_memory_growth,
    list_logical_devices,
    list_physical_devices,
    set_memory_growth,
    set_visible_devices,
)
from pynn.tf.devices import list_physical_devices as get_visible_devices

__all__ = [
    "get_device_details",
    "get_memory_growth",
    "get_visible_devices",
    "list_logical_devices",
    "list_physical_devices",
    "set_memory_growth",
    "set_visible_devices",
]
