"""Where the boxes of a graph stand: one rank below another, few crossings, lines as straight as may be.

The four passes of Sugiyama, Tagawa & Toda 1981, "Methods for visual understanding of hierarchical system structures":
ranks, places on the ranks for lines that pass them, order within a rank, coordinates. The order is by barycentres,
the best of some sweeps; coordinates are those nearest to the neighbours' in the mean square, given what must lie apart
(isotonic regression), lines that pass ranks weighing most (Gansner et al. 1993, "A technique for drawing directed
graphs", section 4).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

APART, LANE = 28.0, 16.0  # between boxes of a rank; around a line that passes it
_SWEEPS = 12
_PORTS = 26.0  # between arrows that end at one box


class Edge(NamedTuple):
    """A line from one node to another; `leave` and `arrive` say where on their sides, from the middle."""

    source: int
    target: int
    leave: float = 0.0
    arrive: float | None = None


class Link(NamedTuple):
    """A part of a line, between neighbouring ranks."""

    upper: int
    lower: int
    leave: float
    arrive: float | None


class Ranks:
    """Nodes, and places where lines pass, rank by rank.

    Parameters
    ----------
    widths : sequence of float
    edges : sequence of Edge
        Those against the order of the nodes are drawn upwards.
    first, last : iterable of int
        Nodes that shall be alone on the first and on the last rank.

    Attributes
    ----------
    rows : list of list of int
        Nodes of each rank from left to right; numbers from ``len(widths)`` are places where lines pass.
    x : list of float
        Their middles.
    ways : list of list of Link
        The parts of each edge, from above.
    """

    def __init__(
        self, widths: Sequence[float], edges: Sequence[Edge], first: Iterable[int] = (), last: Iterable[int] = ()
    ) -> None:
        self.count, self.widths = len(widths), list(widths)
        down = [e if e.source < e.target else Edge(e.target, e.source, e.arrive or 0.0) for e in edges]
        self.rank = _ranks(self.count, down, set(first), set(last))
        self.rows: list[list[int]] = [[] for _ in range(max(self.rank, default=-1) + 1)]
        for node, rank in enumerate(self.rank):
            self.rows[rank].append(node)
        passing: dict[tuple[int, ...], int] = {}
        self.ways = [
            self._way(edge, passing, -1 if edge is given else number)
            for number, (edge, given) in enumerate(zip(down, edges, strict=True))
        ]
        self.above: dict[int, list[Link]] = {}
        self.below: dict[int, list[Link]] = {}
        for link in dict.fromkeys(link for way in self.ways for link in way):
            self.above.setdefault(link.lower, []).append(link)
            self.below.setdefault(link.upper, []).append(link)
        self._order()
        self.arrivals = self._ports()
        self.x = self._coordinates()

    def _way(self, edge: Edge, passing: dict[tuple[int, ...], int], turned: int) -> list[Link]:
        """The parts of an edge; lines from one port share theirs, but for those that are drawn upwards."""
        nodes = [edge.source]
        for rank in range(self.rank[edge.source] + 1, self.rank[edge.target]):
            key = (edge.source, round(edge.leave * 100), turned, rank)
            if key not in passing:
                passing[key] = len(self.widths)
                self.rows[rank].append(len(self.widths))
                self.widths.append(0.0)
                self.rank.append(rank)
            nodes.append(passing[key])
        return [
            Link(
                upper,
                lower,
                edge.leave if upper == edge.source else 0.0,
                edge.arrive if lower == edge.target else 0.0,
            )
            for upper, lower in pairwise([*nodes, edge.target])
        ]

    def _order(self) -> None:
        best, fewest = [list(row) for row in self.rows], self._crossings()
        for sweep in range(_SWEEPS):
            if not fewest:
                break
            self._sort(downwards=sweep % 2 == 0)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(row) for row in self.rows], crossings
        self.rows = best

    def _sort(self, downwards: bool) -> None:
        """Order each rank by the mean place of its neighbours on the rank before."""
        for row in self.rows if downwards else self.rows[::-1]:
            place = {node: i for one in self.rows for i, node in enumerate(one)}
            mean = {}
            for node in row:
                links = (self.above if downwards else self.below).get(node, ())
                others = [place[link.upper if downwards else link.lower] for link in links]
                mean[node] = sum(others) / len(others) if others else float(place[node])
            row.sort(key=mean.__getitem__)

    def _crossings(self) -> int:
        total = 0
        place = {node: i for row in self.rows for i, node in enumerate(row)}
        for row in self.rows:
            ends: list[int] = []
            for node in row:
                targets = sorted(place[link.lower] for link in self.below.get(node, ()))
                total += sum(len(ends) - bisect_right(ends, target) for target in targets)
                for target in targets:
                    insort(ends, target)
        return total

    def _ports(self) -> dict[Link, float]:
        """Where each link arrives, from the middle of its lower node: as far apart as there is room."""
        place = {node: i for row in self.rows for i, node in enumerate(row)}
        ports: dict[Link, float] = {}
        for node, links in self.above.items():
            free = sorted((link for link in links if link.arrive is None), key=lambda l: (place[l.upper], l.leave))  # noqa: E741
            step = min(_PORTS, 0.8 * self.widths[node] / max(len(free) - 1, 1))
            ports |= {link: (i - (len(free) - 1) / 2) * step for i, link in enumerate(free)}
            ports |= {link: link.arrive for link in links if link.arrive is not None}
        return ports

    def _coordinates(self) -> list[float]:
        x = [0.0] * len(self.widths)
        for row in self.rows:
            for node, place in zip(row, _settled([0.0] * len(row), [1.0] * len(row), self.distances(row)), strict=True):
                x[node] = place
        for sweep in range(3 * _SWEEPS):
            ways = (("down",), ("up",))[sweep % 2] if sweep < 2 * _SWEEPS else ("down", "up")
            for row in self.rows[::-1] if sweep % 2 else self.rows:
                wanted = [self._wanted(node, x, ways) for node in row]
                placed = _settled([w for w, _ in wanted], [k for _, k in wanted], self.distances(row))
                for node, place in zip(row, placed, strict=True):
                    x[node] = place
        return x

    def distances(self, row: list[int]) -> list[float]:
        """How far apart the middles of a rank's neighbours are, at least."""
        return [
            (self.widths[a] + self.widths[b]) / 2 + (APART if max(a, b) < self.count else LANE)
            for a, b in pairwise(row)
        ]

    def _wanted(self, node: int, x: list[float], ways: Sequence[str]) -> tuple[float, float]:
        """Where a node would stand without others on its rank, and how much that counts."""
        total = weights = 0.0
        for link in self.above.get(node, ()) if "down" in ways else ():
            weight = self._weight(link)
            total += weight * (x[link.upper] + link.leave - self.arrivals[link])
            weights += weight
        for link in self.below.get(node, ()) if "up" in ways else ():
            weight = self._weight(link)
            total += weight * (x[link.lower] + self.arrivals[link] - link.leave)
            weights += weight
        return (total / weights, weights) if weights else (x[node], 0.1)

    def _weight(self, link: Link) -> float:
        passing = (link.upper >= self.count) + (link.lower >= self.count)
        if not passing and len(self.below[link.upper]) == len(self.above[link.lower]) == 1:
            return 16.0  # a chain stays straight where others meet
        return (1.0, 2.0, 8.0)[passing]


def _ranks(count: int, edges: Sequence[Edge], first: set[int], last: set[int]) -> list[int]:
    """The longest way from the top; what begins a way stands right above the first that takes it."""
    rank = [0] * count
    into: list[list[int]] = [[] for _ in range(count)]
    out: list[list[int]] = [[] for _ in range(count)]
    for source, target, *_ in edges:
        if source != target:
            into[target].append(source)
            out[source].append(target)
    for node in range(count):
        rank[node] = max((rank[source] + 1 for source in into[node]), default=1 if first and node not in first else 0)
    for node in range(count):
        if not into[node] and node not in first and out[node]:
            rank[node] = min(rank[target] for target in out[node]) - 1
    bottom = max((rank[node] for node in range(count) if node not in last), default=0) + 1
    return [bottom if node in last else value for node, value in enumerate(rank)]


def _settled(wanted: list[float], weights: list[float], apart: list[float]) -> list[float]:
    """The x nearest to the wanted ones, in the weighted mean square, with x[i + 1] - x[i] >= apart[i].

    Source: the pool-adjacent-violators algorithm, Ayer et al. 1955.
    """
    shift = [0.0]
    for distance in apart:
        shift.append(shift[-1] + distance)
    blocks: list[list[float]] = []  # sum of weight x place, sum of weights, how many
    for place, weight, moved in zip(wanted, weights, shift, strict=False):
        block = [weight * (place - moved), weight, 1]
        while blocks and blocks[-1][0] / blocks[-1][1] > block[0] / block[1]:
            block = [a + b for a, b in zip(blocks.pop(), block, strict=True)]
        blocks.append(block)
    means = [total / weight for total, weight, many in blocks for _ in range(int(many))]
    return [mean + moved for mean, moved in zip(means, shift, strict=False)]
