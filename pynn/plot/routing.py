"""Lines between ranks: where they run, and how much room they need.

Between two ranks lies a channel. Lines that do not go straight down take a track in it, so that two lines that belong
to different sources never lie upon each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from pynn.plot.layered import Edge, Link, Ranks

Point = tuple[float, float]
Commands = tuple[tuple[str, tuple[Point, ...]], ...]

RANKDIRS = ("TB", "LR", "BT", "RL")
SPLINES = ("ortho", "curved", "polyline", "spline", "line")
_TRACK, _CLEAR, _ROUND = 10.0, 6.0, 7.0  # between tracks; between lines on one track; radius of corners


class Layout(NamedTuple):
    """Upper left corners of nodes, points of each edge (from its source to its target), and the size of it all.

    Each part of an edge is its points in one channel, or across one rank.
    """

    corners: list[Point]
    ways: list[list[Point]]
    width: float
    height: float


class _Net(NamedTuple):
    """What leaves one port towards the rank below."""

    start: float
    ends: tuple[float, ...]
    links: tuple[Link, ...]

    @property
    def is_straight(self) -> bool:
        return all(abs(end - self.start) < 0.5 for end in self.ends)

    @property
    def span(self) -> tuple[float, float]:
        return min(self.start, *self.ends) - _CLEAR, max(self.start, *self.ends) + _CLEAR


def arrange(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[Edge],
    first: Iterable[int] = (),
    last: Iterable[int] = (),
    gap: float = 34.0,
) -> Layout:
    """Place nodes of these sizes, with `gap` between ranks, and lead the lines around them.

    Parameters
    ----------
    sizes : sequence of (width, height)
    edges : sequence of Edge
    first, last : iterable of int
        Nodes that shall be alone on the first and on the last rank.
    gap : float
        The least height of a channel, with room for an arrowhead.

    Examples
    --------
    >>> arrange([(60, 20), (40, 20)], [Edge(0, 1)]).corners
    [(0.0, 0.0), (10.0, 54.0)]
    """
    ranks = Ranks([width for width, _ in sizes], [e for e in edges if e.source != e.target], first, last)
    _align(ranks)
    _straighten(ranks)
    heights = [max((sizes[node][1] for node in row if node < len(sizes)), default=0.0) for row in ranks.rows]
    left = min((ranks.x[n] - ranks.widths[n] / 2 for n in range(len(ranks.x))), default=0.0)
    right = max((ranks.x[n] + ranks.widths[n] / 2 for n in range(len(ranks.x))), default=0.0)
    tops, track_of, y = [], {}, 0.0
    for row, height in zip(ranks.rows, heights, strict=True):
        tops.append(y)
        tracks, many = _tracks(_nets(ranks, row))
        room = gap + max(many - 1, 0) * _TRACK
        for link, track in tracks.items():
            track_of[link] = y + height + 0.42 * gap + track * _TRACK
        y += height + (room if row is not ranks.rows[-1] else 0.0)
    corners = []
    for node, (width, height) in enumerate(sizes):
        rank = ranks.rank[node]
        corners.append((ranks.x[node] - width / 2 - left, tops[rank] + (heights[rank] - height) / 2))
    walk = _Walk(ranks, tops, heights, track_of, left, corners, sizes)
    ways = walk.ways(edges)
    right = max([right - left, *(x for way in ways for x, _ in way)])
    return Layout(corners, ways, right, y)


def _align(ranks: Ranks) -> None:
    """Put the places where one line passes ranks below each other, as far as their neighbours leave room."""
    for way in sorted(ranks.ways, key=len):
        places = [link.lower for link in way[:-1]]
        rooms = [_room(ranks, place) for place in places]
        low, high = max((low for low, _ in rooms), default=-inf), min((high for _, high in rooms), default=inf)
        if len(places) > 1 and low <= high:
            end = ranks.x[way[-1].lower] + ranks.arrivals[way[-1]]
            for place in places:
                ranks.x[place] = min(max(end, low), high)


def _room(ranks: Ranks, place: int) -> tuple[float, float]:
    """From where to where a place may move between its neighbours."""
    row = ranks.rows[ranks.rank[place]]
    at, apart = row.index(place), ranks.distances(row)
    low = ranks.x[row[at - 1]] + apart[at - 1] if at else -inf
    return low, ranks.x[row[at + 1]] - apart[at] if at + 1 < len(row) else inf


def _straighten(ranks: Ranks) -> None:
    """Move ports by a little where that saves a line a small step aside."""
    for links in ranks.above.values():
        free = [link for link in links if link.arrive is None]
        for link in free:
            off = ranks.x[link.upper] + link.leave - ranks.x[link.lower] - ranks.arrivals[link]
            others = [ranks.arrivals[other] for other in free if other is not link]
            moved = ranks.arrivals[link] + off
            inside = abs(moved) < 0.45 * ranks.widths[link.lower]
            if abs(off) < 14 and inside and all(abs(moved - other) >= 10 for other in others):
                ranks.arrivals[link] = moved


def _nets(ranks: Ranks, row: list[int]) -> list[_Net]:
    found: dict[tuple[int, float], list[Link]] = {}
    for node in row:
        for link in ranks.below.get(node, ()):
            found.setdefault((node, link.leave), []).append(link)
    return [
        _Net(ranks.x[node] + leave, tuple(ranks.x[k.lower] + ranks.arrivals[k] for k in links), tuple(links))
        for (node, leave), links in found.items()
    ]


def _tracks(nets: list[_Net]) -> tuple[dict[Link, int], int]:
    """The track of each bent link from above, and how many tracks there are.

    Lines to the right: the leftmost source lowest, those to the left the other way round, so that lines to neighbours
    do not cross. A line that comes down where another one ends must have turned before that one arrives there.
    """
    bent = [net for net in nets if not net.is_straight]
    bent.sort(key=lambda net: -net.start if sum(net.ends) / len(net.ends) > net.start else net.start)
    waiting, done = list(bent), list[tuple[_Net, int]]()
    tracks: dict[Link, int] = {}
    while waiting:
        free = [net for net in waiting if not any(_above(other, net) for other in waiting if other is not net)]
        net = (free or waiting)[0]
        waiting.remove(net)
        low, high = net.span
        level = max((at + 1 for other, at in done if other.span[0] < high and low < other.span[1]), default=0)
        done.append((net, level))
        tracks |= dict.fromkeys(net.links, level)
    return tracks, max((level for _, level in done), default=-1) + 1


def _above(one: _Net, other: _Net) -> bool:
    """Whether the first must turn above the second, since it starts where that one ends."""
    return any(abs(one.start - end) < 4 for end in other.ends)


class _Walk(NamedTuple):
    """What is known when lines are led: y of ranks and tracks."""

    ranks: Ranks
    tops: list[float]
    heights: list[float]
    tracks: dict[Link, float]
    left: float
    corners: list[Point]
    sizes: Sequence[tuple[float, float]]

    def ways(self, edges: Sequence[Edge]) -> list[list[Point]]:
        found, ways = iter(self.ranks.ways), []
        for edge in edges:
            if edge.source == edge.target:
                ways.append(self._loop(edge.source))
                continue
            way = self._points(next(found))
            ways.append(way if edge.source < edge.target else way[::-1])
        return ways

    def _loop(self, node: int) -> list[Point]:
        (x, y), (width, height) = self.corners[node], self.sizes[node]
        side, out, low, high = x + width, x + width + 14, y + 0.75 * height, y + 0.25 * height
        return [(side, low), (out, low), (out, high), (side, high)]

    def _points(self, way: list[Link]) -> list[Point]:
        points: list[Point] = []
        for link in way:
            start = self.ranks.x[link.upper] + link.leave - self.left
            end = self.ranks.x[link.lower] + self.ranks.arrivals[link] - self.left
            points.append((start, self._edge_of(link.upper, bottom=True)))
            if link in self.tracks and abs(start - end) >= 0.5:
                points += [(start, self.tracks[link]), (end, self.tracks[link])]
            points.append((end, self._edge_of(link.lower, bottom=False)))
        return points

    def _edge_of(self, node: int, bottom: bool) -> float:
        if node < len(self.corners):
            return self.corners[node][1] + (self.sizes[node][1] if bottom else 0.0)
        rank = self.ranks.rank[node]
        return self.tops[rank] + (self.heights[rank] if bottom else 0.0)


def commands(points: Sequence[Point], splines: str) -> Commands:
    """A line through the points of a way, in one of graphviz's manners; its first and last point stay.

    Parameters
    ----------
    points : sequence of (x, y)
        As `arrange` gives them: upright and level in turn.
    splines : str
        One of `SPLINES`.
    """
    if splines == "line":
        return (("M", (points[0],)), ("L", (points[-1],)))
    if splines == "ortho":
        return _rounded(_merged(points))
    bends = [point for i, point in enumerate(points) if not _is_on_track(points, i)]
    if splines == "polyline":
        return (("M", (bends[0],)), *(("L", (point,)) for point in bends[1:]))
    drawn: list[tuple[str, tuple[Point, ...]]] = [("M", (bends[0],))]
    for (x, y), (u, v) in pairwise(bends):
        drawn.append(("L", ((u, v),)) if x == u else ("C", ((x, (y + v) / 2), (u, (y + v) / 2), (u, v))))
    return tuple(drawn)


def _is_on_track(points: Sequence[Point], i: int) -> bool:
    """Whether a point is an end of a level part of the way."""
    level = [j for j in (i - 1, i) if 0 <= j < len(points) - 1 and abs(points[j][1] - points[j + 1][1]) < 1e-9]
    return bool(level) and 0 < i < len(points) - 1


def _merged(points: Sequence[Point]) -> list[Point]:
    """Without points in the middle of straight parts."""
    kept = [points[0]]
    for (a, b), (x, y), (u, v) in zip(points, points[1:], points[2:], strict=False):
        if not (abs(a - x) < 0.01 and abs(x - u) < 0.01) and not (abs(b - y) < 0.01 and abs(y - v) < 0.01):
            kept.append((x, y))
    return [*kept, points[-1]]


def _rounded(points: list[Point]) -> Commands:
    drawn: list[tuple[str, tuple[Point, ...]]] = [("M", (points[0],))]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_ROUND, _length(before, at) / 2, _length(at, after) / 2)
        drawn.append(("L", (_towards(at, before, radius),)))
        drawn.append(("Q", (at, _towards(at, after, radius))))
    drawn.append(("L", (points[-1],)))
    return tuple(drawn)


def _length(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def _towards(start: Point, end: Point, distance: float) -> Point:
    whole = _length(start, end) or 1.0
    return (start[0] + (end[0] - start[0]) * distance / whole, start[1] + (end[1] - start[1]) * distance / whole)
