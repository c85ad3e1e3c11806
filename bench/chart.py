"""The results of several runs as one small file, a picture of it, and tables in Markdown.

    python bench/chart.py docs/speed build/bench/*.json

writes docs/speed.json and docs/speed.svg and prints a table.  With no results given, docs/speed.json is read instead.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BASELINE = "pynn"
# Okabe & Ito 2008, "Color universal design": told apart by colour-blind readers too; shapes repeat it without colour.
STYLES = {
    "numpy": ("NumPy, by hand", "#000000", "s"),
    "jax": ("JAX, an epoch in one scan", "#E69F00", "^"),
    "torch": ("PyTorch", "#D55E00", "v"),
    "scikit-learn": ("scikit-learn", "#009E73", "P"),
    "keras-jax": ("Keras on JAX", "#56B4E9", "o"),
    "keras-torch": ("Keras on PyTorch", "#CC79A7", "X"),
    "keras-tensorflow": ("Keras on TensorFlow", "#0072B2", "D"),
}
Groups = dict[str, dict[str, dict[str, Any]]]


def collect(files: Iterable[Path]) -> dict[str, Any]:
    """Medians and ratios of all results, epochs by name; where a group was run twice, the later file counts."""
    groups: Groups = {}
    machine: dict[str, Any] = {}
    for file in files:
        found = json.loads(file.read_text())
        machine = found["machine_info"]
        fresh: dict[str, dict[str, Any]] = {}
        for one in found["benchmarks"]:
            fresh.setdefault(one["group"], {})[one["params"]["peer"]] = one
        for group, peers in fresh.items():
            groups[group] = {peer: _facts(one, peers.get(BASELINE)) for peer, one in peers.items()}
    peak = {cores: max(p[cores] for p in machine["peaks"]) for cores in machine["peaks"][0]} if machine["peaks"] else {}
    cpu = machine["cpu"].get("brand_raw", machine["machine"])
    kept = {"cpu": cpu, "cores": machine["cpu"]["count"], "packages": machine["packages"], "peak": peak}
    in_order = sorted(groups, key=lambda name: name if name.startswith("epoch ") else "others")
    return {"machine": kept, "groups": {name: groups[name] for name in in_order}}


def _facts(one: Mapping[str, Any], baseline: Mapping[str, Any] | None) -> dict[str, Any]:
    info, data = one["extra_info"], one["stats"]["data"]
    if info["fault"]:
        return {"fault": info["fault"].splitlines()[0]}
    facts: dict[str, Any] = {"seconds": statistics.median(data), "rounds": len(data)}
    if baseline and not baseline["extra_info"]["fault"]:
        pairs = zip(data, baseline["stats"]["data"], strict=False)
        facts["ratio"] = statistics.median(a / b if b else float("nan") for a, b in pairs)
    kept = {key: info[key] for key in ("source", "flops", "rows", "memory") if key in info}
    if "flops" in info and info.get("peaks"):
        kept["of_peak"] = info["flops"] / facts["seconds"] / max(info["peaks"].values())
    return facts | kept


def tables(results: Mapping[str, Any]) -> str:
    """Markdown: the time of pynn, and that of each peer over it: above 1, pynn is faster."""
    groups: Groups = results["groups"]
    peers = list(dict.fromkeys(peer for group in groups.values() for peer in group if peer != BASELINE))
    head = ["", "pynn", "of peak", "best peer", *peers]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for name, group in groups.items():
        own = group.get(BASELINE, {})
        cells = [name, _time(own), _percent(own), _ratio(_foremost(group)), *(_ratio(group.get(p)) for p in peers)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _foremost(group: Mapping[str, Any]) -> Any:
    """The quickest of the others."""
    others = [facts for peer, facts in group.items() if not peer.startswith(BASELINE) and "ratio" in facts]
    return min(others, key=lambda facts: facts["ratio"], default=None)


def _time(facts: Mapping[str, Any]) -> str:
    return f"{_short(1e3 * facts['seconds'])} ms" if "seconds" in facts else "!"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _ratio(facts: Mapping[str, Any] | None) -> str:
    if facts is None:
        return "-"
    return _short(facts["ratio"]) if "ratio" in facts else "!"


def _percent(facts: Mapping[str, Any]) -> str:
    return f"{100 * facts['of_peak']:.0f} %" if "of_peak" in facts else ""


def draw(results: Mapping[str, Any], target: Path) -> None:
    """A line for each workload, a mark for each peer: how many times pynn's time it takes."""
    import matplotlib as mpl

    shown = {n: g for n, g in results["groups"].items() if n.startswith(("epoch", "inference")) and BASELINE in g}
    style = {"svg.fonttype": "none", "svg.hashsalt": "pynn", "font.family": "sans-serif", "font.size": 9}
    with mpl.rc_context(style):  # whoever calls this keeps their own settings, and no figure of ours
        _figure(shown).savefig(target, format="svg", metadata={"Date": None, "Creator": None})


def _figure(shown: Mapping[str, Any]) -> Figure:
    from matplotlib.figure import Figure

    labels = [name.removeprefix("epoch ").removeprefix("inference ") for name in shown]
    figure = Figure(figsize=(7.4, 0.9 + 0.34 * len(shown)), layout="constrained")
    axes = figure.subplots()
    for peer, (label, colour, marker) in STYLES.items():
        places = [(ratio, y) for y, group in enumerate(shown.values()) if (ratio := _best(group, peer))]
        if places:
            axes.scatter(*zip(*places, strict=True), label=label, color=colour, marker=marker, s=34, zorder=3)
    axes.axvline(1, color="#555555", linewidth=1.5)
    axes.annotate("pynn", (1, -0.75), ha="center", color="#555555", annotation_clip=False)
    axes.set(
        xscale="log", xlabel="time, as a multiple of pynn's (further right: slower)", ylim=(len(shown) - 0.5, -0.5)
    )
    axes.set_yticks(range(len(shown)), labels)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:g} ×")
    axes.grid(axis="x", color="#dddddd")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    return figure


def _best(group: Mapping[str, Any], peer: str) -> float | None:
    """The ratio of a peer with its default number of threads or with one, whichever is better for it."""
    found = [group[name]["ratio"] for name in (peer, f"{peer}-1-thread") if "ratio" in group.get(name, {})]
    return min(found, default=None)


def main(target: str, *files: str) -> None:
    """See the module.

    Parameters
    ----------
    target : str
        Path of both files, without a suffix.
    *files : str
        Results that pytest-benchmark wrote.
    """
    kept = Path(target).with_suffix(".json")
    if files:
        kept.write_text(json.dumps(collect(map(Path, files)), indent=1) + "\n")
    results = json.loads(kept.read_text())
    draw(results, kept.with_suffix(".svg"))
    print(tables(results))


if __name__ == "__main__":
    main(*sys.argv[1:])
