"""How a walk finds out whether its team is worth it, with times that are made up."""

from __future__ import annotations

import random

import pytest

_core = pytest.importorskip("pynn._core", reason="about the compiled core")

LOOK = 5e-5  # seconds between two looks at the clock


class Machine:
    """Walks batches on a clock of its own: `shared` and `alone` are the seconds that a batch takes."""

    def __init__(self, shared, alone, workers=2, seed=None):
        self.rates, self.workers, self.ways = (shared, alone), workers, _core.Ways()
        self.random = random.Random(seed) if seed is not None else None
        self.now, self.spent, self.changes = 0.0, [0.0, 0.0], 0

    def disturbance(self):
        """Now and then somebody else has the core for some milliseconds."""
        if self.random is None or self.random.random() > 0.005:
            return 0
        return self.random.uniform(2e-3, 6e-3)

    def walk(self, seconds):
        end = self.now + seconds
        while self.now < end:
            way = self.ways.alone
            batches = max(1, int(LOOK / self.rates[way]))
            took = batches * self.rates[way] + self.disturbance()
            self.ways.note(took, batches, self.workers)
            self.now += took
            self.spent[way] += took
            self.changes += way != self.ways.alone
        return self


@pytest.mark.parametrize("workers", [2, 8])
@pytest.mark.parametrize("batch", [1e-6, 2e-4, 3e-3])
def test_the_faster_way_is_kept(batch, workers):
    """All but a few hundredths of the time, from the first trial on."""
    seconds = 3000 * max(batch, LOOK) * workers
    for shared, alone in [(batch, 1.9 * batch), (batch, 1.1 * batch), (1.1 * batch, batch), (3 * batch, batch)]:
        machine = Machine(shared, alone, workers).walk(seconds)
        machine.spent, machine.changes = [0.0, 0.0], 0
        machine.walk(5 * seconds)
        slower = machine.spent[shared < alone] / sum(machine.spent)
        assert slower < 0.04, f"{shared} and {alone}: the slower way took {slower:.1%}"
        assert machine.changes > 8, "it looks again"


def test_ways_alike_are_not_changed():
    machine = Machine(1e-4, 0.99e-4).walk(4)
    assert machine.spent[True] < 0.03 * machine.now


@pytest.mark.parametrize("seed", range(5))
def test_other_programs(seed):
    """A core that is taken away for a while says nothing of a way."""
    for shared, alone in [(1e-4, 1.8e-4), (1.5e-4, 1e-4)]:
        machine = Machine(shared, alone, seed=seed).walk(10)
        slower = machine.spent[shared < alone]
        assert slower < 0.2 * machine.now, f"{shared} and {alone}: the slower way took {slower / machine.now:.1%}"


def test_what_is_faster_changes():
    machine = Machine(1e-4, 1.8e-4).walk(5)
    assert not machine.ways.alone
    machine.rates = (9e-4, 1.8e-4)
    machine.walk(5).spent[:] = [0.0, 0.0]
    machine.walk(5)
    assert machine.spent[False] < 0.05 * 5


def test_long_batches_are_tried_late():
    """Five batches of a large network alone take as long as ten shared ones: not before that is two percent."""
    machine = Machine(0.2, 0.4).walk(90)
    assert machine.changes == 0
    machine.walk(1000)
    assert 0 < machine.spent[True] < 0.025 * machine.now


def test_the_first_trial_comes_at_once():
    machine = Machine(2e-4, 1e-4).walk(0.02)
    assert machine.spent[False] < 0.006
