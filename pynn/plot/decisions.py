"""What a classifier says everywhere in the plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pynn.plot.colours import BLACK, BLUE, CYCLE, MARKERS, VERMILION, WHITE, diverging
from pynn.plot.panels import panels, plain, result


def decision_boundary(
    model: Any,
    X: Any,
    y: Any = None,
    *,
    names: Sequence[str] = ("x₁", "x₂"),
    labels: Sequence[str] | None = None,
    points: int = 200,
    ax: Any = None,
) -> Any:
    """Draw what a model says of every point around the data, and where it changes its mind.

    Two classes: orange to blue, white where the model is in doubt. More classes: a colour each, paler in doubt. Black
    lines are the boundaries.

    Parameters
    ----------
    model : Model, scikit-learn estimator, or callable
        What takes rows of two numbers; `predict_proba` is asked before `predict`. One output: a probability, or,
        where some are not in [0, 1], a score whose sign decides. Several: a probability or score for each class.
    X : array_like, shape (n, 2)
    y : array_like, shape (n,), (n, 1) or (n, k), optional
        Classes of the rows, or one-hot.
    names : pair of str
        Of the two features.
    labels : sequence of str, optional
        Names of the classes.
    points : int, default 200
        How many points the model is asked along each side.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If `X` has not two columns, `y` another length, or the model gives something else than classes, probabilities
        or scores.
    TypeError
        If `model` cannot be asked.

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> ax = decision_boundary(lambda rows: rows.sum(axis=1) - 1.5, X, [0, 0, 0, 1], points=20)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('x₁', 'x₂')
    """
    X, y = _data(X, y)
    if not isinstance(points, int) or points < 2:
        raise ValueError(f"decision_boundary: points must be a whole number of 2 or more, got {points!r}")
    low, high = X.min(axis=0), X.max(axis=0)
    room = np.where(high > low, 0.12 * (high - low), 1.0)
    low, high = low - room, high + room
    across, up = (np.linspace(low[i], high[i], points) for i in (0, 1))
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    said, classes = _asked(model, grid)
    count = said.shape[1] if said.ndim == 2 else 2
    shown = [str(c) for c in (classes if classes is not None else range(count))] if labels is None else list(labels)
    if len(shown) < count:
        raise ValueError(f"decision_boundary: the model knows {count} classes, labels are {len(shown)}")
    (panel,) = panels(ax, 1, "decision_boundary", size=(5.6, 4.4))
    shape = (points, points)
    if said.ndim == 1:
        _two(panel, said.reshape(shape), across, up, shown)
    else:
        _many(panel, said.reshape(*shape, -1), across, up)
    if y is not None:
        _scatter(panel, X, y, classes, labels, two=said.ndim == 1)
    plain(panel, "", *names)
    panel.grid(False)
    panel.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    return result([panel])


def _data(X: Any, y: Any) -> tuple[NDArray[Any], NDArray[Any] | None]:
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or X.shape[1] != 2 or not len(X):
        raise ValueError(
            f"decision_boundary draws two features: X must have shape (n, 2), got {X.shape}. Train a model on two "
            "columns, or give a function of two numbers that fills in the others."
        )
    if not np.isfinite(X).all():
        raise ValueError("decision_boundary: X has NaN or infinite values")
    if y is None:
        return X, None
    y = np.asarray(y)
    y = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(-1)
    if len(y) != len(X):
        raise ValueError(f"decision_boundary: X has {len(X)} rows, y has {len(y)}")
    return X, y


def _asked(model: Any, grid: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Probabilities of the second class, or of each class; and the classes if the model names them."""
    classes = getattr(model, "classes_", None)
    if hasattr(model, "layers") and hasattr(model, "predict"):  # pynn's model or Keras's
        said = np.asarray(model.predict(grid, batch_size=1024, verbose=0))
    elif hasattr(model, "predict_proba"):
        said = np.asarray(model.predict_proba(grid))
    elif hasattr(model, "predict"):
        said = np.asarray(model.predict(grid))
    elif callable(model):
        said = np.asarray(model(grid))
    else:
        raise TypeError(f"decision_boundary: a model has `predict` or can be called, got {model!r:.100}")
    said = said.reshape(-1) if said.ndim == 2 and said.shape[1] == 1 else said
    if len(said) != len(grid) or said.ndim > 2:
        raise ValueError(
            f"decision_boundary: for {len(grid)} points the model gave an array of shape {said.shape}, not one class, "
            "probability or row of probabilities for each"
        )
    if said.ndim == 1 and said.dtype.kind not in "f":  # classes
        known, numbers = np.unique(said if classes is None else np.concatenate([said, classes]), return_inverse=True)
        numbers = numbers[: len(said)]
        return (numbers.astype(float), known) if len(known) <= 2 else (np.eye(len(known))[numbers], known)
    if np.isnan(said).any():
        raise ValueError("decision_boundary: the model gave NaN")
    if said.ndim == 2:
        said = said if _are_probabilities(said) else _softmax(said)
        return (said[:, 1], classes) if said.shape[1] == 2 else (said, classes)
    return (said if _are_probabilities(said) else 0.5 + 0.5 * np.tanh(said / 2)), classes


def _are_probabilities(said: NDArray[Any]) -> bool:
    return bool(said.min() >= -1e-6 and said.max() <= 1 + 1e-6)


def _softmax(scores: NDArray[Any]) -> NDArray[Any]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _extent(across: NDArray[Any], up: NDArray[Any]) -> tuple[float, float, float, float]:
    """Of pixels whose middles are the points."""
    dx, dy = (across[1] - across[0]) / 2, (up[1] - up[0]) / 2
    return across[0] - dx, across[-1] + dx, up[0] - dy, up[-1] + dy


def _two(ax: Any, said: NDArray[Any], across: NDArray[Any], up: NDArray[Any], shown: list[str]) -> None:
    image = ax.imshow(
        said, extent=_extent(across, up), origin="lower", aspect="auto", cmap=diverging(), vmin=0, vmax=1, alpha=0.65
    )
    if said.min() < 0.5 < said.max():
        ax.contour(across, up, said, levels=[0.5], colors=BLACK, linewidths=1.8)
    bar = ax.figure.colorbar(image, ax=ax)
    bar.set_label(f"probability of class {shown[1]}", parse_math=False)


def _many(ax: Any, said: NDArray[Any], across: NDArray[Any], up: NDArray[Any]) -> None:
    from matplotlib.colors import to_rgb

    colours = np.array([to_rgb(CYCLE[i % len(CYCLE)]) for i in range(said.shape[2])])
    best, order = said.argmax(axis=2), np.sort(said, axis=2)
    sure = np.clip(order[..., -1] - order[..., -2], 0, 1)[..., None]
    ax.imshow(1 - (0.12 + 0.38 * sure) * (1 - colours[best]), extent=_extent(across, up), origin="lower", aspect="auto")
    for i in range(said.shape[2]):
        others = np.delete(said, i, axis=2).max(axis=2)
        if (best == i).any() and not (best == i).all():
            ax.contour(across, up, said[..., i] - others, levels=[0], colors=BLACK, linewidths=1.2)


def _scatter(ax: Any, X: NDArray[Any], y: NDArray[Any], classes: Any, labels: Any, two: bool) -> None:
    found = np.unique(y)
    order = list(classes) if classes is not None else list(found)
    if classes is None and y.dtype.kind in "iubf" and (found >= 0).all() and (found == np.round(found)).all():
        order = list(range(int(found.max()) + 1))
    for value in found:
        number = order.index(value) if value in order else len(order)
        colour = (VERMILION, BLUE)[number % 2] if two else CYCLE[number % len(CYCLE)]
        label = labels[number] if labels is not None and number < len(labels) else str(value)
        rows = y == value
        marker = MARKERS[number % len(MARKERS)]
        ax.scatter(
            *X[rows].T, color=colour, marker=marker, edgecolors=WHITE, linewidths=0.7, s=34, label=label, zorder=3
        )
    legend = ax.legend(title="class", loc="best", framealpha=0.9)
    for text in legend.get_texts():
        text.set_parse_math(False)
