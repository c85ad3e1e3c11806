"""`tf.config`: devices and threads."""

from pynn.tf.config import experimental, optimizer, threading
from pynn.tf.devices import (
    LogicalDevice,
    PhysicalDevice,
    list_logical_devices,
    list_physical_devices,
    set_visible_devices,
)
from pynn.tf.devices import list_physical_devices as get_visible_devices
from pynn.tf.execution import functions_run_eagerly, run_functions_eagerly

experimental_run_functions_eagerly = run_functions_eagerly

__all__ = [
    "LogicalDevice",
    "PhysicalDevice",
    "experimental",
    "experimental_run_functions_eagerly",
    "functions_run_eagerly",
    "get_visible_devices",
    "list_logical_devices",
    "list_physical_devices",
    "optimizer",
    "run_functions_eagerly",
    "set_visible_devices",
    "threading",
]
