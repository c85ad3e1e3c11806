"""Boxes and arrows as a drawing: each model is laid out by itself, and a nested one is a node of the outer one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pynn.plot import marks as shapes
from pynn.plot.colours import BLACK, BLUE, GREY, WHITE
from pynn.plot.graphs import Arrow, Box, Graph
from pynn.plot.layered import Edge
from pynn.plot.marks import Mark, Trace, Words, shortened, width_of
from pynn.plot.routing import Layout, Point, arrange, commands
from pynn.plot.scene import Drawing

_TITLE, _ROW, _PAD, _LINE_HEIGHT, _HEADER = 13.0, 12.0, 10.0, 18.0, 28.0
_MARGIN, _FRAME_PAD, _LABEL = 16.0, 18.0, 24.0
_HEAD, _INSIDE = 9.0, 12.0  # length of arrowheads; from a frame to a line along it
_HEADERS = {"input": BLUE, "layer": "#333a45", "model": "#5b3a6e"}
_FRAMES = ("#f3f5f8", "#e6eaf0")
_MOST = 60  # letters of a title


class _Line(NamedTuple):
    """An arrow between two boxes: its points and their paths."""

    points: list[Point]
    source: str
    target: str


class _Laid(NamedTuple):
    """A graph with places, ranks going down: boxes with their middles, frames, lines, also those to the border."""

    width: float
    height: float
    boxes: list[tuple[Box, float, float]]
    frames: list[tuple[str, float, float, float, float, int]]
    lines: list[_Line]
    entries: list[_Line]
    exits: list[_Line]


def drawing_of(graph: Graph, rankdir: str, splines: str, framed: bool = False) -> Drawing:
    """Draw a graph.

    Parameters
    ----------
    graph : Graph
    rankdir : {"TB", "LR", "BT", "RL"}
        Where the ranks go: from the top to the bottom, from left to right, …
    splines : str
        One of `routing.SPLINES`.
    framed : bool, default False
        Whether a frame with the model's name is around it.
    """
    sideways = rankdir in ("LR", "RL")
    whole = Graph("", [graph], [], [], []) if framed else graph
    laid = _lay(whole, rankdir, ports=False, level=0)
    across, along = laid.width + 2 * _MARGIN, laid.height + 2 * _MARGIN

    def turned(x: float, y: float) -> Point:
        x, y = x + _MARGIN, y + _MARGIN
        y = along - y if rankdir in ("BT", "RL") else y
        return (y, x) if sideways else (x, y)

    marks: list[Mark] = []
    for name, *corners, level in laid.frames:
        marks += _frame(name, turned(*corners[:2]), turned(*corners[2:]), level)
    for line in laid.lines:
        marks += _arrow(line, splines, turned)
    for box, x, y in laid.boxes:
        marks += _drawn(box, *turned(x, y))
    width, height = (along, across) if sideways else (across, along)
    return Drawing(marks, width, height, f"Model {graph.name}")


def _lay(graph: Graph, rankdir: str, ports: bool, level: int) -> _Laid:
    """Place the members of a graph; with `ports`, entries and exits on the border of a frame around them."""
    inner = [_lay(m, rankdir, True, level + 1) if isinstance(m, Graph) else m for m in graph.members]
    sizes = [(m.width, m.height) if isinstance(m, _Laid) else _size(m, rankdir) for m in inner]
    entering = [Arrow(-1, 0, member, port) for member, port in graph.inputs] if ports else []
    leaving = [Arrow(member, port, -1, 0) for member, port in graph.outputs] if ports else []
    before = len(entering)
    edges = [_edge(arrow, inner, before) for arrow in graph.arrows]
    edges += [_edge(a, inner, before)._replace(source=i, leave=0.0) for i, a in enumerate(entering)]
    end = before + len(inner)
    edges += [_edge(a, inner, before)._replace(target=end + i, arrive=0.0) for i, a in enumerate(leaving)]
    border = [(0.0, 0.0)]
    layout = arrange(
        border * before + sizes + border * len(leaving), edges, range(before), range(end, end + len(leaving))
    )
    lines = [
        _joined(way, arrow, inner, layout, before)
        for way, arrow in zip(layout.ways, [*graph.arrows, *entering, *leaving], strict=True)
    ]
    kept = len(graph.arrows)
    laid = _Laid(layout.width, layout.height, [], [], lines[:kept], lines[kept : kept + before], lines[kept + before :])
    for member, (x, y) in zip(inner, layout.corners[before:end], strict=True):
        if isinstance(member, _Laid):
            moved = _moved(member, x, y)
            laid.boxes.extend(moved.boxes)
            laid.frames.extend(moved.frames)
            laid.lines.extend(moved.lines)
        else:
            width, height = _size(member, rankdir)
            laid.boxes.append((member, x + width / 2, y + height / 2))
    return _framed(graph.name, laid, rankdir, level) if ports else laid


def _edge(arrow: Arrow, inner: list[Any], before: int) -> Edge:
    source, target = (inner[i] if i >= 0 else None for i in (arrow.source, arrow.target))
    leave = source.exits[arrow.output].points[-1][0] - source.width / 2 if isinstance(source, _Laid) else 0.0
    arrive = target.entries[arrow.input].points[0][0] - target.width / 2 if isinstance(target, _Laid) else None
    return Edge(arrow.source + before, arrow.target + before, leave, arrive)


def _joined(way: list[Point], arrow: Arrow, inner: list[Any], layout: Layout, before: int) -> _Line:
    """A line as far as the boxes inside nested models."""
    if arrow.source == arrow.target and isinstance(inner[arrow.source], _Laid):
        return _around(way, inner[arrow.source], arrow, layout.corners[arrow.source + before])
    points, ends = list(way), ["", ""]
    for at, number, port in ((0, arrow.source, arrow.output), (1, arrow.target, arrow.input)):
        member = inner[number] if number >= 0 else None
        if isinstance(member, _Laid):
            part = (member.entries if at else member.exits)[port]
            x, y = layout.corners[number + before]
            within = [(x + u, y + v) for u, v in part.points]
            points = points + within[1:] if at else within[:-1] + points
            ends[at] = part.target if at else part.source
        elif member is not None:
            ends[at] = member.path
    return _Line(points, *ends)


def _around(way: list[Point], member: _Laid, arrow: Arrow, corner: Point) -> _Line:
    """From an output of a nested model, within its frame's margins and beside it, to an input of the same."""
    moved = _moved(member, *corner)
    leave, arrive = moved.exits[arrow.output], moved.entries[arrow.input]
    (start, bottom), (end, top) = leave.points[-1], arrive.points[0]
    out = max(x for x, _ in way)
    turns = [(start, bottom - _INSIDE), (out, bottom - _INSIDE), (out, top + _INSIDE), (end, top + _INSIDE)]
    return _Line([*leave.points[:-1], *turns, *arrive.points[1:]], leave.source, arrive.target)


def _moved(laid: _Laid, dx: float, dy: float) -> _Laid:
    def lines(given: list[_Line]) -> list[_Line]:
        return [line._replace(points=[(x + dx, y + dy) for x, y in line.points]) for line in given]

    return laid._replace(
        boxes=[(box, x + dx, y + dy) for box, x, y in laid.boxes],
        frames=[(name, a + dx, b + dy, c + dx, d + dy, level) for name, a, b, c, d, level in laid.frames],
        lines=lines(laid.lines),
        entries=lines(laid.entries),
        exits=lines(laid.exits),
    )


def _framed(name: str, laid: _Laid, rankdir: str, level: int) -> _Laid:
    """With room for a frame, and for its name where no line passes."""
    label = width_of(shortened(name, _MOST), _ROW) + 16
    if rankdir in ("LR", "RL"):
        left, width = _LABEL, max(laid.width + _LABEL, 0.0)
        height = max(laid.height, label)
    else:
        passing = [line.points[0][0] for line in laid.entries] if rankdir == "TB" else []
        passing += [line.points[-1][0] for line in laid.exits] if rankdir == "BT" else []
        left = max(_FRAME_PAD, label + 8 - min(passing, default=label))
        width, height = max(laid.width + left, label), laid.height
    moved = _moved(laid, left, 0.0)
    width += _FRAME_PAD
    for line in (*moved.entries, *moved.exits):  # a frame longer than its graph: lines reach its border
        x, y = line.points[-1]
        if line in moved.exits and y < height:
            line.points.append((x, height))
    moved.frames.insert(0, (name, 0.0, 0.0, width, height, level))
    return moved._replace(width=width, height=height)


def _size(box: Box, rankdir: str) -> tuple[float, float]:
    width, height = _upright(box)
    return (height, width) if rankdir in ("LR", "RL") else (width, height)


def _upright(box: Box) -> tuple[float, float]:
    width = max(70.0, width_of(shortened(box.title, _MOST), _TITLE, bold=True) + 2 * _PAD)
    if box.rows:
        width = max(width, _labels(box) + max(width_of(t, _ROW) for _, lines in box.rows for t in lines) + 3 * _PAD)
    return width, _HEADER + sum(len(lines) for _, lines in box.rows) * _LINE_HEIGHT + (8 if box.rows else 0)


def _labels(box: Box) -> float:
    return max(width_of(label, _ROW) for label, _ in box.rows)


def _drawn(box: Box, x: float, y: float) -> list[Mark]:
    width, height = _upright(box)
    left, top = x - width / 2, y - height / 2
    colour = _HEADERS[box.kind]
    about = (("class", "layer"), ("data-layer", box.path))
    title = shortened(box.title, _MOST)
    marks: list[Mark] = [
        shapes.Box(left, top, width, height, WHITE if box.rows else colour, colour, 1.5, about=about),
        Words(x, top + _HEADER / 2, title, _TITLE, WHITE, bold=True, whole=box.title if title != box.title else ""),
    ]
    if box.rows:
        marks.insert(1, shapes.Box(left, top, width, _HEADER, colour))
    at = top + _HEADER + 4 + _LINE_HEIGHT / 2
    for label, lines in box.rows:
        marks.append(Words(left + _PAD, at, label, _ROW, GREY, "start"))
        for text in lines:
            marks.append(Words(left + _labels(box) + 2 * _PAD, at, text, _ROW, BLACK, "start"))
            at += _LINE_HEIGHT
    return marks


def _frame(name: str, one: Point, other: Point, level: int) -> list[Mark]:
    (x, u), (y, v) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    fill, about = _FRAMES[level % 2], (("class", "model"), ("data-model", name))
    short = shortened(name, _MOST)
    return [
        shapes.Box(x, y, u - x, v - y, fill, GREY, 1.2, dashed=True, about=about),
        Words(x + 8, y + 13, short, _ROW, BLACK, "start", whole=name if short != name else ""),
    ]


def _arrow(line: _Line, splines: str, turned: Callable[[float, float], Point]) -> list[Mark]:
    """The line and its head, which takes the last part of the line."""
    points = line.points
    if splines == "line":
        points = [points[0], points[-1]]
    (x, y), (u, v) = points[-2:]
    length = max(((u - x) ** 2 + (v - y) ** 2) ** 0.5, 1e-9)
    dx, dy = (u - x) / length * _HEAD, (v - y) / length * _HEAD
    neck = (u - dx, v - dy)
    wing = 0.42
    about = (("class", "edge"), ("data-from", line.source), ("data-to", line.target))
    way = commands([*points[:-1], neck], splines)
    corners = [(u, v), (neck[0] - wing * dy, neck[1] + wing * dx), (neck[0] + wing * dy, neck[1] - wing * dx)]
    head = (("M", (turned(*corners[0]),)), *(("L", (turned(*corner),)) for corner in corners[1:]), ("Z", ()))
    drawn = tuple((command, tuple(turned(*point) for point in given)) for command, given in way)
    return [Trace(drawn, BLACK, 1.6, about=about), Trace(head, BLACK, 0.0, fill=BLACK)]
