"""Learning curves."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pynn.plot.colours import BLUE, GREY, VERMILION
from pynn.plot.panels import panels, plain, result

_RISING = ("acc", "auc", "precision", "recall", "f1", "f_score", "fbeta", "r2", "iou", "cosine", "top_k")
Curves = dict[str, NDArray[np.float64]]


def history(h: Any, names: str | Sequence[str] | None = None, *, best: str | None = "auto", ax: Any = None) -> Any:
    """Draw what `fit` returned: a panel for the loss and each metric, training and validation in it.

    Parameters
    ----------
    h : History, dict or path
        What `fit` returned, its ``history``, or the file that `CSVLogger` wrote.
    names : str or sequence of str, optional
        Which curves, such as ``"loss"``; each one's validation is drawn with it. All if not given.
    best : str, optional
        The curve whose best epoch is marked in all panels: the one that `EarlyStopping` would watch. ``"auto"`` is
        ``"val_loss"`` if it is there, ``"loss"`` otherwise; None marks none. The best value is the smallest, for
        accuracies and their kin the largest.
    ax : Axes, or as many as there are panels, optional
        Where to draw.

    Returns
    -------
    Axes, or array of Axes if there are several panels

    Raises
    ------
    TypeError
        If `h` is something else.
    ValueError
        If a name is unknown, the numbers of epochs do not fit, or `ax` holds another number of Axes.

    Examples
    --------
    >>> ax = history({"loss": [0.9, 0.5, 0.4], "val_loss": [0.8, 0.6, 0.7]})
    >>> ax.get_xlabel(), ax.get_title()
    ('epoch', 'best val_loss 0.6 in epoch 2')
    """
    curves, epochs = _curves(h)
    shown = _shown(curves, names)
    mark = _best(curves, epochs, best)
    drawn = panels(ax, len(shown), "history")
    for panel, name in zip(drawn, shown, strict=True):
        _panel(panel, name, curves, epochs)
        if mark is not None:
            _mark(panel, name, curves, epochs, mark)
    return result(drawn)


def _curves(h: Any) -> tuple[Curves, NDArray[np.float64]]:
    """Numbers by name, and the epochs, counted from 1 as the progress bar does."""
    first = None
    if isinstance(h, str | os.PathLike):
        found, first = _from_file(h)
    else:
        found = getattr(h, "history", h)
        first = getattr(h, "epoch", None)
    if not isinstance(found, Mapping):
        raise TypeError(f"history draws what fit returned, a dict or the file of a CSVLogger, got {h!r:.100}")
    curves = {}
    for name, values in found.items():
        array = np.asarray(values)
        if array.ndim == 1 and array.dtype.kind in "fiub":
            curves[str(name)] = array.astype(np.float64)
    if not curves or not max(map(len, curves.values())):
        raise ValueError(f"history: there are no epochs in {h!r:.100}")
    count = max(map(len, curves.values()))
    if first is not None and len(first) == count:
        return curves, np.asarray(first, dtype=np.float64) + 1
    return curves, np.arange(1.0, count + 1)


def _from_file(path: str | os.PathLike[str]) -> tuple[Curves, list[float]]:
    import csv

    with open(path, newline="", encoding="utf-8") as file:
        sample = file.readline()
        file.seek(0)
        rows = list(csv.DictReader(file, delimiter=next((c for c in ",;\t|" if c in sample), ",")))
    if not rows or "epoch" not in rows[0]:
        raise ValueError(
            f"history: {os.fspath(path)!r} is no file of a CSVLogger: it has no column `epoch` or no lines"
        )

    def number(text: str | None) -> float:
        try:
            return float(text or "nan")
        except ValueError:  # NA
            return float("nan")

    columns = {name: np.array([number(row[name]) for row in rows]) for name in rows[0] if name}
    epochs = columns.pop("epoch").tolist()
    return {name: values for name, values in columns.items() if not np.isnan(values).all()}, epochs


def _shown(curves: Curves, names: str | Sequence[str] | None) -> list[str]:
    if names is None:
        found = [n for n in curves if not (n.startswith("val_") and n[4:] in curves)]
        return sorted(found, key=lambda name: (name != "loss", name == "learning_rate"))
    asked = [names] if isinstance(names, str) else list(names)
    for name in asked:
        if name not in curves:
            raise ValueError(f"history: there is no curve {name!r}; there are {', '.join(curves)}")
    return asked


def _places(values: NDArray[np.float64], epochs: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """The epochs of a curve; fewer values are those of every second or third epoch (`validation_freq`)."""
    if len(values) == len(epochs):
        return epochs
    every = len(epochs) // max(len(values), 1)
    places = epochs[every - 1 :: every] if every else epochs
    if len(places) != len(values):
        raise ValueError(f"history: {name!r} has {len(values)} values for {len(epochs)} epochs")
    return places


def _best(curves: Curves, epochs: NDArray[np.float64], best: str | None) -> tuple[str, float, float] | None:
    """Which curve, in which epoch, with which value."""
    if best == "auto":
        best = next((name for name in ("val_loss", "loss") if name in curves), None)
    if best is None:
        return None
    if best not in curves:
        raise ValueError(f"history: best={best!r} is no curve; there are {', '.join(curves)}")
    values = curves[best]
    if np.isnan(values).all():
        return None
    at = int(np.nanargmax(values) if any(word in best for word in _RISING) else np.nanargmin(values))
    return best, float(_places(values, epochs, best)[at]), float(values[at])


def _panel(ax: Any, name: str, curves: Curves, epochs: NDArray[np.float64]) -> None:
    from matplotlib.ticker import MaxNLocator

    both = [("training", name, BLUE, "o", "-"), ("validation", f"val_{name}", VERMILION, "s", "--")]
    for label, key, colour, marker, style in both:
        if key in curves:
            x = _places(curves[key], epochs, key)
            few = marker if len(x) <= 25 else None
            ax.plot(x, curves[key], style, color=colour, marker=few, markersize=4, linewidth=1.8, label=label)
    plain(ax, "", "epoch", name)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    if len(epochs) == 1:
        ax.set_xlim(epochs[0] - 1, epochs[0] + 1)
    if f"val_{name}" in curves:
        ax.legend(frameon=False)


def _mark(ax: Any, name: str, curves: Curves, epochs: NDArray[np.float64], mark: tuple[str, float, float]) -> None:
    best, epoch, value = mark
    ax.axvline(epoch, color=GREY, linewidth=1, linestyle=":", zorder=1)
    key = f"val_{name}" if best.startswith("val_") and f"val_{name}" in curves else name
    places = _places(curves[key], epochs, key)
    for here in curves[key][places == epoch]:
        ax.plot([epoch], [here], marker="*", color=VERMILION if key != name else BLUE, markersize=13, zorder=4)
    if name == best.removeprefix("val_"):
        ax.set_title(f"best {best} {value:.4g} in epoch {epoch:.0f}", fontsize="medium", parse_math=False)
    elif len(curves[key][places == epoch]):
        here = curves[key][places == epoch][0]
        ax.set_title(f"{key} {here:.4g} in epoch {epoch:.0f}", fontsize="medium", parse_math=False)
