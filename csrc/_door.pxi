"""Included by _core.pyx: kernels on plain arrays, for calls that cost no more than NumPy's."""


cdef extern from "door.h" nogil:
    enum: PN_MOST_AXES
    ctypedef struct pn_array:
        pass
    ctypedef struct pn_operand:
        int role, rank
        int letters[4]
        int leads, whole, turns
    ctypedef struct pn_door:
        pn_operand operands[8]
        int count, cut, product
        int64_t share, worth, most_parts
    ctypedef struct pn_call:
        pn_step step
        int width, turned
    void pn_call_begin(pn_call *call, int asked)
    bint pn_call_take(const pn_door *door, pn_call *call, int o, const pn_array *array)
    int pn_call_shape(const pn_door *door, const pn_call *call, int o, int64_t *shape)
    int64_t pn_call_ready(const pn_door *door, pn_call *call)


cdef class Door:
    """A kernel for both types of elements, for arrays that it takes as they stand; it copies and explains nothing.

    Parameters
    ----------
    kernels : list of Kernel
        For float32 and float64; and those that take the first operand transposed, and those that take the second so.
    operands : list of (role, letters, leads, whole)
        See `pn_operand` (door.h).
    sharing : (cut, product, share, worth, most_parts)
        See `pn_door`.
    numpy : (ndarray, empty, float32, float64)
    """

    cdef pn_door door
    cdef pn_kernel functions[6]
    cdef int scalars
    cdef object ndarray, empty, float32, float64

    def __init__(self, kernels, list operands, sharing, numpy):
        cdef Kernel kernel
        for i, kernel in enumerate(kernels):
            self.functions[i] = kernel.function
        self.scalars, self.door.count = len(kernel.op.scalars), len(operands)
        for i, (role, letters, leads, whole) in enumerate(operands):
            self.door.operands[i].role, self.door.operands[i].rank = role, len(letters)
            self.door.operands[i].leads, self.door.operands[i].whole = leads, whole
            self.door.operands[i].turns = i < 2 and len(kernels) > 2
            for j, letter in enumerate(letters):
                self.door.operands[i].letters[j] = letter
        self.door.cut, self.door.product, self.door.share, self.door.worth, self.door.most_parts = sharing
        self.ndarray, self.empty, self.float32, self.float64 = numpy

    def enter(self, tuple given, out=None, tuple scalars=(), int turned=0):
        """Compute the outputs from the inputs `given`, those changed in place among them.

        Returns the output (`out`, where given, is the first), a tuple of several, True if all are changed in place;
        None, having done nothing, if an array is not plain or does not fit.  Bits of `turned` are operands that
        count as their transposes.
        """
        cdef pn_call call
        cdef int o = 0, s = 0
        pn_call_begin(&call, turned)
        for array in given:
            if o == self.door.count or self.door.operands[o].role == 2 or not self.take(&call, o, array):
                return None
            o += 1
        first, more = True, None
        if o < self.door.count:
            if self.door.operands[o].role != 2:  # too few were given
                return None
            first = self.new(&call, o) if out is None else out
            if not self.take(&call, o, first):
                return None
            for o in range(o + 1, self.door.count):
                more = (more or (first,)) + (self.new(&call, o),)
                if not self.take(&call, o, more[-1]):
                    return None
        for scalar in scalars:
            if s == self.scalars:
                return None
            call.step.s[s] = scalar
            s += 1
        if s < self.scalars or call.turned > 2:
            return None
        self.run(&call)
        return first if more is None else more

    cdef bint take(self, pn_call *call, int o, array) except -1:
        if type(array) is not self.ndarray:
            return False
        seen = array.__array_struct__
        return pn_call_take(&self.door, call, o, <const pn_array *>PyCapsule_GetPointer(seen, NULL))

    cdef new(self, pn_call *call, int o):
        cdef int64_t shape[12]
        cdef int axes = pn_call_shape(&self.door, call, o, shape)
        if axes == 2:
            size = (shape[0], shape[1])
        else:
            size = (shape[0],) if axes == 1 else tuple([shape[i] for i in range(axes)])
        return self.empty(size, self.float32 if call.width == 4 else self.float64)

    cdef void run(self, pn_call *call) noexcept:
        cdef int64_t parts = pn_call_ready(&self.door, call)
        call.step.run = self.functions[2 * call.turned + (call.width == 8)]
        if call.turned == 1:  # a(k,m) in place of a(m,k)
            call.step.d[0], call.step.d[1] = call.step.d[1], call.step.d[0]
        if parts == 1:  # a few microseconds, in which nobody waits for the GIL
            pn_step_run(&call.step, 0, call.step.extent, 1)
        else:
            with nogil:
                pn_step_run(&call.step, 0, call.step.extent, parts)
