"""Included by _core.pyx: a frozen plan as a function of arrays, for a model called on a few rows, and what is asked
of the rows first."""


cdef class Direct:
    """A program for one batch, called on its arrays.

    Parameters
    ----------
    program : Program
        Without scalars that change from batch to batch.
    places : list of int
        For each pointer feed, which of the arrays it starts at.
    owner : object
        Of the memory that the program's steps point into: kept alive.
    """

    cdef Program program
    cdef list places
    cdef object owner

    def __init__(self, Program program, list places, owner):
        if program.plan.n_scalars or len(places) != program.n_streams:
            raise ValueError("Direct: needs a program without scalar feeds, and a place for each pointer")
        self.program, self.places, self.owner = program, places, owner

    def __call__(self, *arrays):
        """Walk; the arrays, C-contiguous, of the program's types and sizes, are not kept."""
        cdef pn_plan *plan = &self.program.plan
        cdef Py_ssize_t i
        try:
            for i in range(self.program.n_streams):
                plan.pointers[i].base = <char *>address(arrays[self.places[i]], False)
            with nogil:
                pn_plan_run(plan, 0, 1, 0.0)
        finally:
            for i in range(self.program.n_streams):
                plan.pointers[i].base = NULL


def within(array, bytes largest):
    """Whether no number of a C-contiguous array of float32 or float64 is NaN or above `largest`, in its bytes."""
    cdef Py_buffer view
    PyObject_GetBuffer(array, &view, PyBUF_SIMPLE)
    cdef const char *limit = largest
    cdef int64_t width = len(largest)
    cdef bint found
    if view.len < 65536:  # a few rows: other threads wait for less than letting them go takes
        found = pn_within(view.buf, view.len, limit, width)
    else:
        with nogil:
            found = pn_within(view.buf, view.len, limit, width)
    PyBuffer_Release(&view)
    return found
