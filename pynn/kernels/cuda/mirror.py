"""Arrays of the host that the device works on between two looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn.kernels.cuda import feeding


class Mirror:
    """Arrays of the host (weights, state, sums) and their places on the device: a block for each element type."""

    def __init__(self, arrays: Sequence[np.ndarray], stream: Any) -> None:
        self._stream, self._arrays, self._places = stream, dict[int, np.ndarray](), dict[int, tuple[np.dtype, slice]]()
        sizes: dict[np.dtype, int] = {}
        for array in arrays:
            if _address(array) not in self._places:
                first = sizes.get(array.dtype, 0)
                self._arrays[_address(array)] = array
                self._places[_address(array)] = array.dtype, slice(first, first + array.size)
                sizes[array.dtype] = first + -(-max(1, array.size) // 64) * 64  # whole cache lines
        self._host = {dtype: feeding.staging(size, dtype) for dtype, size in sizes.items()}
        self._device = {dtype: feeding.empty(size, dtype) for dtype, size in sizes.items()}

    def device(self, array: np.ndarray) -> Any:
        """Where an array of the host stands on the device."""
        dtype, place = self._places[_address(array)]
        return self._device[dtype][place.start : max(place.stop, place.start + 1)]

    def upload(self) -> None:
        """Bring everything to the device."""
        for key, array in self._arrays.items():
            dtype, place = self._places[key]
            self._host[dtype][place] = array.reshape(-1)
        for dtype, there in self._device.items():
            there.copy_to_device(self._host[dtype], stream=self._stream)

    def download(self, written: Sequence[np.ndarray]) -> None:
        """Bring back what the device has written."""
        for dtype, there in self._device.items():
            there.copy_to_host(self._host[dtype], stream=self._stream)
        self._stream.synchronize()
        for array in written:
            dtype, place = self._places[_address(array)]
            array[...] = self._host[dtype][place].reshape(array.shape)


def _address(array: np.ndarray) -> int:
    """Slots over one array are one place."""
    return int(array.ctypes.data)
