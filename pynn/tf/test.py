"""`tf.test`: questions about this build."""

from __future__ import annotations


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: object = None) -> bool:
    """False: pynn runs on the processor."""
    return False


def is_built_with_cuda() -> bool:
    """False: pynn runs on the processor."""
    return False


def is_built_with_gpu_support() -> bool:
    """False: pynn runs on the processor."""
    return False


def gpu_device_name() -> str:
    """The empty string: there is no GPU."""
    return ""


__all__ = ["gpu_device_name", "is_built_with_cuda", "is_built_with_gpu_support", "is_gpu_available"]
