"""Included by _core.pyx: memory in a capsule of DLPack, which other libraries take without a copy.

Structures as in dlpack.h 1.0, small ones spelled out; what capsules are called and who frees what:
https://dmlc.github.io/dlpack/latest/python_spec.html
"""


cdef extern from "Python.h" nogil:
    bint Py_IsInitialized()


cdef struct DLTensor:
    void *data
    int32_t device_type, device_id, ndim
    uint8_t code, bits
    uint16_t lanes
    int64_t *shape
    int64_t *strides
    uint64_t byte_offset


cdef struct DLManagedTensor:
    DLTensor tensor
    void *manager
    void (*deleter)(DLManagedTensor *) noexcept nogil


cdef struct DLManagedTensorVersioned:
    uint32_t major, minor
    void *manager
    void (*deleter)(DLManagedTensorVersioned *) noexcept nogil
    uint64_t flags
    DLTensor tensor


cdef struct Shipment:  # what `manager` points to
    void *owner
    int64_t count, stride
    DLManagedTensor plain
    DLManagedTensorVersioned versioned


cdef const char *PLAIN = "dltensor"
cdef const char *VERSIONED = "dltensor_versioned"


cdef void end(Shipment *shipment) noexcept nogil:
    """From any thread.  After the interpreter's end nobody counts references any more: the owner stays."""
    if Py_IsInitialized():
        with gil:
            Py_DECREF(<object>shipment.owner)
    free(shipment)


cdef void delete_plain(DLManagedTensor *tensor) noexcept nogil:
    end(<Shipment *>tensor.manager)


cdef void delete_versioned(DLManagedTensorVersioned *tensor) noexcept nogil:
    end(<Shipment *>tensor.manager)


cdef void forget(capsule) noexcept:
    """The end of a capsule.  Who has taken its tensor has given it another name, and deletes the tensor in time."""
    if PyCapsule_IsValid(capsule, PLAIN):
        delete_plain(<DLManagedTensor *>PyCapsule_GetPointer(capsule, PLAIN))
    elif PyCapsule_IsValid(capsule, VERSIONED):
        delete_versioned(<DLManagedTensorVersioned *>PyCapsule_GetPointer(capsule, VERSIONED))


def dlpack(owner, uintptr_t where, int64_t count, element, device, bint versioned, uint64_t flags=0):
    """A capsule of DLPack over `count` elements of memory, one behind the other; it keeps `owner` alive.

    Parameters
    ----------
    owner : object
        While it lives the memory is there.
    where, count : int
    element : (code, bits)
        See DLDataTypeCode.
    device : (type, number)
        See DLDeviceType.
    versioned : bool
        Whether the capsule is one of DLPack 1.0, which has `flags`.
    """
    cdef DLTensor tensor
    tensor.data, tensor.byte_offset, tensor.ndim, tensor.lanes = <void *>where, 0, 1, 1
    tensor.device_type, tensor.device_id = device
    tensor.code, tensor.bits = element
    cdef Shipment *shipment = <Shipment *>calloc(1, sizeof(Shipment))
    if shipment == NULL:
        raise MemoryError("dlpack: no memory")
    shipment.owner, shipment.count, shipment.stride = <void *>owner, count, 1
    tensor.shape, tensor.strides = &shipment.count, &shipment.stride
    shipment.plain.tensor, shipment.plain.manager, shipment.plain.deleter = tensor, shipment, delete_plain
    shipment.versioned.tensor, shipment.versioned.manager = tensor, shipment
    shipment.versioned.deleter, shipment.versioned.major, shipment.versioned.flags = delete_versioned, 1, flags
    Py_INCREF(owner)
    try:
        if versioned:
            return PyCapsule_New(&shipment.versioned, VERSIONED, forget)
        return PyCapsule_New(&shipment.plain, PLAIN, forget)
    except BaseException:
        end(shipment)
        raise
