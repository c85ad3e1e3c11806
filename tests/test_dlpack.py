"""DLPack: what is shipped over memory of the host is taken by others, lives as long as they, and is let go."""

from __future__ import annotations

import ctypes
import gc
import subprocess
import sys
import threading
import weakref

import numpy as np
import pytest

from pynn import _core
from pynn.backends import has_device

CPU, CUDA = (1, 0), (2, 0)
FLOAT32 = (2, 32)


class Numbers(np.ndarray):
    """An array whose end can be seen."""


def numbers():
    return np.arange(6, dtype=np.float32).view(Numbers)


def capsule(array, versioned=False, flags=0):
    return _core.dlpack(array, array.ctypes.data, array.size, FLOAT32, CPU, versioned, flags)


class Producer:
    """What `from_dlpack` of other libraries takes."""

    def __init__(self, array):
        self.array, self.made = array, []

    def __dlpack_device__(self):
        return CPU

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        self.made.append(capsule(self.array, max_version is not None and max_version[0] >= 1))
        return self.made[-1]


class Older(Producer):
    """A producer of the time before versions."""

    def __dlpack__(self, *, stream=None):
        self.made.append(capsule(self.array))
        return self.made[-1]


@pytest.mark.parametrize("kind", [Producer, Older])
def test_numpy_takes_the_memory_itself_and_gives_it_back(kind):
    array = numbers()
    alive, producer = weakref.ref(array), kind(array)
    taken = np.from_dlpack(producer)
    assert "used_dltensor" in repr(producer.made[0])
    assert taken.ctypes.data == array.ctypes.data
    assert taken.strides == (4,)
    np.testing.assert_array_equal(taken, np.arange(6))
    del array, producer
    gc.collect()
    assert alive() is not None
    np.testing.assert_array_equal(taken, np.arange(6))
    del taken
    gc.collect()
    assert alive() is None


def test_jax_takes_it():
    jax = pytest.importorskip("jax", reason="a consumer of DLPack")
    taken = jax.dlpack.from_dlpack(Producer(numbers()))
    np.testing.assert_array_equal(np.asarray(taken), np.arange(6))


@pytest.mark.parametrize("versioned", [False, True])
def test_a_capsule_that_nobody_takes_lets_go(versioned):
    array = numbers()
    alive, held = weakref.ref(array), capsule(array, versioned)
    del array
    assert alive() is not None
    assert repr(held).startswith(f'<capsule object "dltensor{"_versioned" * versioned}"')
    del held
    assert alive() is None


# --- What stands in a capsule, read as dlpack.h has it


class Tensor(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p), ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    )  # fmt: skip


class Managed(ctypes.Structure):
    _fields_ = (("tensor", Tensor), ("manager", ctypes.c_void_p), ("deleter", ctypes.c_void_p))


class Versioned(ctypes.Structure):
    _fields_ = (
        ("major", ctypes.c_uint32), ("minor", ctypes.c_uint32), ("manager", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p), ("flags", ctypes.c_uint64), ("tensor", Tensor),
    )  # fmt: skip


def content(held, versioned):
    take = ctypes.pythonapi.PyCapsule_GetPointer
    take.restype, take.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    name = b"dltensor_versioned" if versioned else b"dltensor"
    return (Versioned if versioned else Managed).from_address(take(held, name))


@pytest.mark.parametrize("versioned", [False, True])
def test_the_fields(versioned):
    array = numbers()
    held = capsule(array, versioned, 2)
    found = content(held, versioned)
    tensor = found.tensor
    assert (tensor.data, tensor.byte_offset) == (array.ctypes.data, 0)
    assert (tensor.device_type, tensor.device_id, tensor.code, tensor.bits, tensor.lanes) == (*CPU, *FLOAT32, 1)
    assert (tensor.ndim, tensor.shape[0], tensor.strides[0]) == (1, 6, 1)
    if versioned:
        assert (found.major, found.minor, found.flags) == (1, 0, 2)


@pytest.mark.parametrize("versioned", [False, True])
def test_whoever_took_it_deletes_it_from_a_thread_without_the_interpreters_lock(versioned):
    array = numbers()
    alive, held = weakref.ref(array), capsule(array, versioned)
    found = content(held, versioned)
    rename = ctypes.pythonapi.PyCapsule_SetName
    rename.argtypes = ctypes.py_object, ctypes.c_char_p
    used = b"used_dltensor_versioned" if versioned else b"used_dltensor"
    rename(held, used)
    del array, held
    assert alive() is not None
    delete = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(found.deleter)  # ctypes lets the lock go while it calls
    thread = threading.Thread(target=delete, args=(ctypes.addressof(found),))
    thread.start()
    thread.join()
    assert alive() is None


def test_behind_the_end_of_the_interpreter_it_does_nothing():
    if not hasattr(ctypes.CDLL(None), "__cxa_atexit"):
        pytest.skip("the C library has no list of what runs at the end of a process")
    program = """if True:
        import ctypes, sys
        sys.path.insert(0, sys.argv[1])
        import test_dlpack as t
        held = t.capsule(t.numbers())
        found = t.content(held, False)
        rename = ctypes.pythonapi.PyCapsule_SetName
        rename.argtypes = ctypes.py_object, ctypes.c_char_p
        rename(held, b"used_dltensor")
        last = getattr(ctypes.CDLL(None), "__cxa_atexit")
        last.argtypes = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
        last(found.deleter, ctypes.addressof(found), None)
        print("registered")
    """
    command = [sys.executable, "-P", "-c", program, str(__file__).rpartition("test_dlpack")[0]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "registered\n", "")


# --- Arrays of a device, or of the simulator (tests/test_cuda.py starts these again under it)

needs_device = pytest.mark.skipif(not has_device(), reason="there is neither an NVIDIA device nor its simulator")


def made(dtype):
    from pynn.kernels.cuda import array, feeding

    stream = feeding.new_stream()
    return array.DeviceArray(feeding.copied(np.arange(6, dtype=dtype), stream), stream)


@pytest.fixture
def on_device():
    return made(np.float32)


@needs_device
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.int64, np.uint8])
def test_fields_of_a_cuda_array(dtype):
    on_device = made(dtype)
    dtype = on_device.dtype
    code = {"f": 2, "i": 0, "u": 1}[dtype.kind]
    interface = on_device.__cuda_array_interface__
    assert on_device.shape == (6,)
    assert on_device.__dlpack_device__() == CUDA
    assert (interface["version"], interface["shape"], interface["strides"]) == (3, (6,), None)
    assert interface["typestr"] == dtype.str
    for version in (None, (0, 8), (1, 0), (1, 2), (2, 0)):
        versioned = version is not None and version >= (1, 0)
        held = on_device.__dlpack__(stream=1, max_version=version)
        found = content(held, versioned)
        assert (found.tensor.data, False) == interface["data"]
        assert (found.tensor.device_type, found.tensor.device_id) == CUDA
        assert (found.tensor.code, found.tensor.bits) == (code, 8 * dtype.itemsize)
        assert (found.tensor.ndim, found.tensor.shape[0], found.tensor.strides[0]) == (1, 6, 1)
        assert not versioned or found.flags == 0


@needs_device
def test_a_library_for_cuda_takes_the_array(on_device):
    utils = pytest.importorskip("cuda.core.utils", reason="a consumer that needs no driver")
    view = utils.StridedMemoryView.from_dlpack(on_device, stream_ptr=-1)
    assert (view.ptr, view.readonly) == on_device.__cuda_array_interface__["data"]
    assert (tuple(view.shape), view.device_id, view.is_device_accessible) == ((6,), 0, True)
    assert view.dtype == on_device.dtype


@needs_device
def test_a_cuda_array_goes_to_the_host_as_a_copy(on_device):
    found = on_device.copy_to_host()
    np.testing.assert_array_equal(found, np.arange(6))
    with pytest.raises((BufferError, RuntimeError)):
        np.from_dlpack(on_device)
    held = on_device.__dlpack__(max_version=(1, 0), dl_device=CPU)
    copied = content(held, True)
    assert copied.flags == 2
    assert copied.tensor.device_type == 1
    assert copied.tensor.data != on_device.__cuda_array_interface__["data"][0]
    again = content(twice := on_device.__dlpack__(max_version=(1, 0), copy=True), True)
    assert (again.flags, again.tensor.device_type) == (2, 2)
    assert again.tensor.data != on_device.__cuda_array_interface__["data"][0]
    del twice


@needs_device
@pytest.mark.parametrize("copy", [None, True])
def test_numpy_asks_a_cuda_array_for_a_copy(on_device, copy):
    if np.lib.NumpyVersion(np.__version__) < "2.1.0":
        pytest.skip("from_dlpack has no argument `device`")
    np.testing.assert_array_equal(np.from_dlpack(on_device, device="cpu", copy=copy), np.arange(6))


@needs_device
@pytest.mark.parametrize(("settings", "error", "words"), [
    ({"dl_device": (1, 0), "copy": False}, BufferError, r"\(1, 0\) needs a copy, and copy=False"),
    ({"dl_device": (4, 0)}, BufferError, r"dl_device is \(4, 0\); the memory is on \(2, 0\)"),
    ({"stream": 0}, ValueError, r"there is no stream 0 on device \(2, 0\)"),
    ({"stream": -2}, ValueError, "there is no stream -2"),
    ({"stream": 1, "dl_device": (1, 0)}, ValueError, r"there is no stream 1 on device \(1, 0\)"),
])  # fmt: skip
def test_what_a_cuda_array_refuses(on_device, settings, error, words):
    with pytest.raises(error, match=words):
        on_device.__dlpack__(**settings)


@needs_device
def test_a_runner_gives_the_memory_of_its_weights_as_cuda_arrays():
    import pynn
    from pynn.keras import Input, Sequential, layers

    before = pynn.get_backend()
    pynn.set_backend("cuda")
    try:
        model = Sequential([Input((3,)), layers.Dense(2)])
        model.compile("sgd", "mse")
        model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    finally:
        pynn.set_backend(before)
    (work,) = (w for key, w in model._works.items() if key[0] == "train")
    weights = model.layers[0].kernel.numpy()
    (slot,) = {s.root for step in work.plan.steps for s in step.slots if s.root.name.endswith("kernel")}
    on_device = work.runner(4).on_device(slot)
    assert on_device.shape == (6,)
    np.testing.assert_array_equal(on_device.copy_to_host().reshape(weights.shape), weights)
