"""Included by _core.pyx: the team of workers, and which way through a plan is faster."""


def set_workers(int64_t count):
    """Set the number of workers, the calling thread included; running threads are stopped first."""
    with nogil:
        pn_set_workers(count)


def get_workers():
    """Number of workers, the calling thread included."""
    return pn_get_workers()


cdef class Ways:
    """Which way through a plan is faster, shared or alone, as each program finds it out (csrc/ways.c): for tests."""

    cdef pn_ways ways

    def __cinit__(self):
        pn_ways_begin(&self.ways)

    @property
    def alone(self):
        """Whether the first worker is to go alone."""
        return bool(self.ways.alone)

    def note(self, double seconds, int64_t batches, int64_t workers):
        """Note how long batches took the way that `alone` says."""
        pn_ways_note(&self.ways, seconds, batches, workers)


def forget_workers():
    """In the child after a fork: the parent's threads do not exist here; start new ones when needed."""
    pn_team_forget()
