"""Memory of the device as other libraries take it: by CUDA's array interface, and by DLPack."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import _core
from pynn.kernels.cuda import feeding
from pynn.kernels.cuda.device import SIMULATED

# Numbers of dlpack.h: DLDeviceType, DLDataTypeCode by NumPy's letters, and the flag of a copy.
CPU, CUDA = 1, 2
_CODES = {"i": 0, "u": 1, "f": 2}
_IS_COPIED = 2


class DeviceArray:
    """Flat memory of the device, which libraries that compute there take without a copy.

    It is given away when all that was put on the runner's stream is done.  What others do there is theirs to
    synchronize, before the runner goes on.

    Parameters
    ----------
    memory : array of `numba.cuda`
    stream : stream of `numba.cuda`
        That on which the memory is written.
    """

    def __init__(self, memory: Any, stream: Any) -> None:
        self._memory, self._stream = memory, stream
        self.shape: tuple[int, ...] = tuple(memory.shape)
        self.dtype: np.dtype = memory.dtype

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        """Version 3 of the interface: https://nvidia.github.io/numba-cuda/user/cuda_array_interface.html.

        Nothing is left to wait for.
        """
        self._stream.synchronize()
        return {
            "shape": self.shape, "typestr": self.dtype.str, "data": (_where(self._memory), False), "strides": None,
            "stream": None, "version": 3,
        }  # fmt: skip

    def __dlpack_device__(self) -> tuple[int, int]:
        """Type and number of the device, as dlpack.h has them."""
        return CUDA, 0 if SIMULATED else int(self._memory.gpu_data.context.device.id)

    def __dlpack__(
        self,
        *,
        stream: int | None = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any:
        """A capsule of DLPack: https://data-apis.org/array-api/latest, ``array.__dlpack__``.

        Parameters
        ----------
        stream : int, optional
            On which stream the consumer works; here the host waits for what was put on the runner's, so any of them
            will do.  -1: do not wait.
        max_version : (int, int), optional
            What the consumer understands; from (1, 0) on the capsule is a versioned one.
        dl_device : (int, int), optional
            This device, or the host, (1, 0): then the capsule holds a copy.
        copy : bool, optional
            Whether to copy; by default if that must be.

        Raises
        ------
        BufferError
            If another device is asked for, or the host without a copy.
        ValueError
            If `stream` is none of CUDA's (0 may mean two), or if one is given where the host is asked for.
        """
        device = self.__dlpack_device__() if dl_device is None else (int(dl_device[0]), int(dl_device[1]))
        copied = self._must_copy(device, copy)
        if stream is not None and (device[0] == CPU or stream < -1 or stream == 0):
            raise ValueError(f"__dlpack__: there is no stream {stream} on device {device}; None is always right")
        memory = self._memory
        if device[0] == CPU:
            memory = self.copy_to_host()
        elif copied:
            memory = feeding.empty(self.shape[0], self.dtype)
            memory.copy_to_device(self._memory, stream=self._stream)
        if copied or stream != -1:
            self._stream.synchronize()
        element = _CODES[self.dtype.kind], 8 * self.dtype.itemsize
        versioned = max_version is not None and max_version[0] >= 1
        return _core.dlpack(
            memory, _where(memory), self.shape[0], element, device, versioned, _IS_COPIED if copied else 0
        )

    def _must_copy(self, device: tuple[int, int], copy: bool | None) -> bool:
        """Whether a copy is made for a device."""
        own = self.__dlpack_device__()
        if device not in (own, (CPU, 0)):
            raise BufferError(
                f"__dlpack__: dl_device is {device}; the memory is on {own} and can be copied to {CPU, 0}"
            )
        if copy is False and device != own:
            raise BufferError(f"__dlpack__: the memory is on {own}: {device} needs a copy, and copy=False")
        return device != own or copy is True

    def copy_to_host(self) -> np.ndarray:
        """A copy as a NumPy array."""
        self._stream.synchronize()
        found: np.ndarray = self._memory.copy_to_host()
        return found

    def __repr__(self) -> str:
        return f"<{self.shape[0]} numbers of {self.dtype} on {self.__dlpack_device__()}>"


def _where(memory: Any) -> int:
    """The address of its first element."""
    if SIMULATED or isinstance(memory, np.ndarray):
        return int(memory.ctypes.data)
    return int(memory.device_ctypes_pointer.value or 0)
