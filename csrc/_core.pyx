# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=True
"""The bridge between Python and the compiled core: the only file that knows both.

Past this file there are only pointers and sizes; checks of shapes and types stand before it (kernels/contract.py).
"""

from cpython.buffer cimport PyBUF_SIMPLE, PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_IsValid, PyCapsule_New
from cpython.ref cimport Py_DECREF, Py_INCREF
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport calloc, free


def isas():
    """Names of the instruction sets that this CPU runs, best last."""
    return [pn_isa_name(i).decode() for i in range(pn_isa_count())]


def kernels(int isa, int bits):
    """``{op name: address}`` of the compiled kernels for an index into `isas()` and 32- or 64-bit elements."""
    if not 0 <= isa < pn_isa_count() or bits not in (32, 64):
        raise ValueError(f"kernels: no table for instruction set {isa} and {bits} bits")
    cdef const pn_entry *entry = pn_isa_table(isa, bits)
    found = {}
    while entry.name != NULL:
        found[entry.name.decode()] = <uintptr_t>entry.kernel
        entry += 1
    return found


def peak_flops(int isa=-1, int bits=32, double seconds=0.05):
    """Multiply-adds in registers on one core: its peak, in operations a second."""
    cdef int index = isa if isa >= 0 else pn_isa_count() - 1
    cdef double rate
    if index >= pn_isa_count() or bits not in (32, 64):
        raise ValueError(f"peak_flops: no table for instruction set {isa} and {bits} bits")
    with nogil:
        rate = pn_isa_peak(index, bits, seconds)
    return rate


cdef void *address(object array, bint writable) except? NULL:
    """Where the elements of a C-contiguous array stand.  The caller keeps the array alive."""
    cdef Py_buffer view
    PyObject_GetBuffer(array, &view, PyBUF_WRITABLE if writable else PyBUF_SIMPLE)
    cdef void *where = view.buf
    PyBuffer_Release(&view)
    return where


cdef class Kernel:
    """A kernel with the C signature, callable on arrays.

    Checks dtypes, layouts and shapes by the op's signature; releases the GIL; shares all rows among
    the workers if `parts` is more than 1.
    """

    cdef pn_kernel function
    cdef readonly object op
    cdef readonly object dtype
    cdef readonly uintptr_t address

    def __init__(self, op, uintptr_t where, dtype):
        self.op, self.dtype, self.address = op, dtype, where
        self.function = <pn_kernel>where

    def __call__(self, *arrays, scalars=(), int64_t lo=0, hi=None, int64_t parts=1):
        cdef pn_step step
        sizes = self.op.check(arrays, self.dtype)
        if len(scalars) != len(self.op.scalars):
            raise ValueError(f"{self.op.name}: needs scalars {self.op.scalars}, got {scalars}")
        cdef int64_t extent = self.op.extent(sizes)
        cdef int64_t end = extent if hi is None else hi
        if not 0 <= lo <= end <= extent:
            raise ValueError(f"{self.op.name}: rows [{lo}, {end}) are not within [0, {extent})")
        for i, (operand, array) in enumerate(zip(self.op.operands, arrays)):
            step.p[i] = address(array, operand.role != "in")
        for i, letter in enumerate(self.op.dims):
            step.d[i] = sizes[letter]
        for i, scalar in enumerate(scalars):
            step.s[i] = scalar
        step.run, step.extent, step.rows, step.when = self.function, extent, NULL, 1
        with nogil:
            pn_step_run(&step, lo, end, parts)

    def __repr__(self):
        return f"<kernel {self.op!r}, {self.dtype}>"


cdef void *zeros(size_t count, size_t size) except NULL:
    cdef void *memory = calloc(count + 1, size)
    if memory == NULL:
        raise MemoryError("Program: no memory")
    return memory


cdef class Program:
    """A plan frozen for one batch size: steps with addresses, and what changes from batch to batch.

    Parameters
    ----------
    steps : list of (kernel address, operand addresses, dims, scalars, extent, rows)
        `rows`, see `pn_rows` (pynn.h): None, or (number of the dimension, extent of a call, bytes of each row).
    groups : list of (numbers of steps, parts), in the order in which they run; see `pn_group` (pynn.h)
    in_turn : list of int
        The numbers of all steps, in the order for one worker.
    pointers : list of (step, operand, stride in bytes)
        Operands that move on with each batch; `bind` gives their base.
    scalars : list of (step, scalar, column)
        Scalars that come from the table given to `run`; scalar -1: the step runs where the column is not 0.
    ahead : (numbers of steps, parts)
        A group of steps that are in no other one and may run a batch ahead, beside the first group that is not shared.
    turns : list of (step, operand, address, address)
        Operands for which batches take turns in two memories.
    """

    cdef pn_plan plan
    cdef pn_step **order
    cdef pn_rows *rows
    cdef public int64_t reached
    cdef dict kept
    cdef readonly int64_t n_streams

    def __cinit__(self, list steps, list groups, list in_turn, list pointers, list scalars, ahead=((), 1), turns=()):
        self.plan.n_steps, self.plan.n_groups = len(steps), len(groups)
        self.n_streams, self.plan.n_scalars = len(pointers), len(scalars)
        self.plan.n_pointers = len(pointers) + len(turns)
        self.plan.steps = <pn_step *>zeros(len(steps), sizeof(pn_step))
        self.order = <pn_step **>zeros(2 * len(steps), sizeof(pn_step *))
        self.rows = <pn_rows *>zeros(len(steps), sizeof(pn_rows))
        self.plan.groups = <pn_group *>zeros(len(groups), sizeof(pn_group))
        self.plan.pointers = <pn_pointer_feed *>zeros(self.plan.n_pointers, sizeof(pn_pointer_feed))
        self.plan.scalars = <pn_scalar_feed *>zeros(len(scalars), sizeof(pn_scalar_feed))
        for i, (kernel, operands, dims, values, extent, rows) in enumerate(steps):
            self.set_step(i, kernel, operands, dims, values, extent)
            if rows is not None:
                self.set_rows(i, rows[0], rows[1], rows[2])
        self.set_groups(groups, in_turn, list(ahead[0]), ahead[1])
        pn_ways_begin(&self.plan.ways)
        for i, (step, operand, stride) in enumerate(pointers):
            self.plan.pointers[i] = pn_pointer_feed(step, operand, stride, -1, step in ahead[0], NULL)
        for i, (step, operand, even, odd) in enumerate(turns):
            self.set_turn(&self.plan.pointers[self.n_streams + i], step, operand, even, odd)
            self.plan.pointers[self.n_streams + i].ahead = step in ahead[0]
        for i, (step, scalar, column) in enumerate(scalars):
            self.plan.scalars[i] = pn_scalar_feed(step, scalar, column)
        self.kept = {}

    def __dealloc__(self):
        free(self.plan.steps)
        free(self.plan.groups)
        free(self.order)
        free(self.rows)
        free(self.plan.pointers)
        free(self.plan.scalars)
        free(self.plan.sums)

    cdef set_step(self, Py_ssize_t i, uintptr_t kernel, operands, dims, scalars, int64_t extent):
        cdef pn_step *step = &self.plan.steps[i]
        step.run, step.extent, step.when = <pn_kernel>kernel, extent, 1
        for j, operand in enumerate(operands):
            step.p[j] = <void *><uintptr_t>operand
        for j, size in enumerate(dims):
            step.d[j] = size
        for j, scalar in enumerate(scalars):
            step.s[j] = scalar

    cdef set_rows(self, Py_ssize_t i, int64_t dim, int64_t whole, moved):
        self.rows[i].dim, self.rows[i].whole = dim, whole
        for j, count in enumerate(moved):
            self.rows[i].bytes[j] = count
        self.plan.steps[i].rows = &self.rows[i]

    cdef set_turn(self, pn_pointer_feed *feed, int64_t step, int64_t operand, uintptr_t even, uintptr_t odd):
        feed.step, feed.operand, feed.turn = step, operand, 1
        feed.base, feed.stride = <char *>even, <int64_t>odd - <int64_t>even

    cdef set_groups(self, list groups, list in_turn, list ahead, int64_t ahead_parts):
        placed, every = 0, list(range(self.plan.n_steps))
        if sorted([number for numbers, _ in groups for number in numbers] + ahead) != every:
            raise ValueError(f"Program: each of {len(every)} steps must be in one group, got {groups}, ahead {ahead}")
        if sorted(in_turn) != every:
            raise ValueError(f"Program: each of {len(every)} steps must run once, got {in_turn}")
        for i, (numbers, parts) in enumerate(groups):
            self.plan.groups[i] = pn_group(self.place(placed, numbers), len(numbers), parts)
            placed += len(numbers)
        self.plan.beside = next((i for i, (_, parts) in enumerate(groups) if parts == 1), -1)
        self.plan.ahead = pn_group(self.place(placed, ahead), len(ahead), ahead_parts)
        self.plan.in_turn = pn_group(self.place(placed + len(ahead), in_turn), len(in_turn), 1)

    cdef pn_step **place(self, Py_ssize_t at, list numbers):
        """Write the addresses of steps to `order`, from place `at` on; where that is."""
        for i, number in enumerate(numbers):
            self.order[at + i] = &self.plan.steps[<Py_ssize_t>number]
        return self.order + at

    def bind(self, int64_t pointer, array, bint writable):
        """Let pointer feed number `pointer` start at the first element of `array`, which is kept alive."""
        if not 0 <= pointer < self.n_streams:
            raise ValueError(f"Program: no pointer {pointer}")
        self.plan.pointers[pointer].base = <char *>address(array, writable)
        self.kept[pointer] = array

    def unbind(self):
        """Let go of every array; `run` needs new ones."""
        for i in range(self.n_streams):
            self.plan.pointers[i].base = NULL
            self.kept.pop(i, None)
        self.plan.period, self.plan.last, self.plan.ends = 0, NULL, NULL
        for name in ("last", "sums", "ends"):
            self.kept.pop(name, None)

    def end_with(self, Program last, int64_t period):
        """Let `last`, the same plan for fewer rows, walk the last of every `period` batches, until `unbind`."""
        if period < 1 or last.plan.n_scalars != self.plan.n_scalars:
            raise ValueError(f"Program: another plan, or none, at the end of every {period} batches")
        self.plan.last, self.plan.period = &last.plan, period
        self.kept["last"] = last

    def sum_epochs(self, list sums, double[:, ::1] ends, int64_t period):
        """After every `period` batches move what the float64 arrays `sums` hold to a row of `ends`, until `unbind`."""
        if period < 1 or sum(memoryview(array).nbytes for array in sums) != 8 * ends.shape[1]:
            raise ValueError(f"Program: {len(sums)} sums do not fill rows of {ends.shape[1]} every {period} batches")
        free(self.plan.sums)
        self.plan.sums = NULL
        self.plan.sums = <pn_sum *>zeros(len(sums), sizeof(pn_sum))
        for i, array in enumerate(sums):
            self.plan.sums[i] = pn_sum(<double *>address(array, True), memoryview(array).nbytes // 8)
        self.plan.n_sums, self.plan.width, self.plan.period = len(sums), ends.shape[1], period
        self.plan.ends = &ends[0, 0]
        self.kept["sums"], self.kept["ends"] = sums, ends

    def watch(self, array):
        """Let `run` return after the batch in which the one number in `array` stops being finite."""
        self.plan.watched = <const double *>address(array, False)
        self.kept["watched"] = array

    def time_steps(self, spent):
        """Let `run` add the seconds of each step to `spent`, float64, one number a step; None: no longer."""
        if spent is not None and len(spent) != self.plan.n_steps:
            raise ValueError(f"Program: {self.plan.n_steps} steps cannot be timed into {len(spent)} numbers")
        self.plan.spent = NULL if spent is None else <double *>address(spent, True)
        self.kept["spent"] = spent

    def run(self, int64_t first, int64_t last, const double[:, ::1] table, double seconds):
        """Walk batches [first, last) or until `seconds` have passed; returns the batch reached, at least first + 1.

        Row 0 of `table` holds the scalars of batch `first`.
        """
        cdef int64_t reached = first
        self.plan.columns, self.plan.table_first = table.shape[1], first
        self.plan.table = &table[0, 0] if table.shape[0] and table.shape[1] else NULL
        with nogil:
            reached = pn_plan_run(&self.plan, first, last, seconds)
        self.reached = reached
        return reached


def twister_is(capsule, const uint32_t[::1] key, int position):
    """Whether the state of NumPy's Mersenne twister of a `capsule` is laid out as `permute` reads it."""
    return len(key) == 624 and pn_twister_is(PyCapsule_GetPointer(capsule, "BitGenerator"), &key[0], position)


def permute(capsule, int64_t[:, :] orders):
    """Fill each row as numpy.random.permutation does with the twister of a `capsule`, whose lock the caller holds."""
    cdef void *generator = PyCapsule_GetPointer(capsule, "BitGenerator")
    cdef Py_ssize_t row
    if orders.shape[1] > 1 and orders.strides[1] != sizeof(int64_t):
        raise ValueError("elements of a row must stand side by side")
    for row in range(orders.shape[0] if orders.shape[1] else 0):
        pn_permute(generator, &orders[row, 0], orders.shape[1])


include "_team.pxi"
include "_direct.pxi"
include "_door.pxi"
include "_dlpack.pxi"
