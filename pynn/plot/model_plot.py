"""`keras.utils.plot_model` and `model_to_dot`, without graphviz."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pynn.plot.scene import Drawing, check_file

if TYPE_CHECKING:
    from pynn.models import Model


class Dot(Drawing):
    """What `model_to_dot` gives: a drawing with those of pydot's methods that courses call.

    Parameters
    ----------
    marks, width, height, title
        As for `Drawing`.
    dpi : float, default 200
        Pixels an inch of files that have pixels.
    """

    dpi: float = 200

    def create(self, prog: Any = None, format: str = "svg", encoding: str | None = None) -> bytes:
        """The bytes of a picture.

        Parameters
        ----------
        prog, encoding
            Accepted for pydot's sake: there is no program of graphviz's behind this.
        format : str, default "svg"
            "svg", or with the extra `plot` "png", "pdf", …

        Examples
        --------
        >>> model = keras.Sequential([keras.Input((3,)), Dense(2)])
        >>> keras.utils.model_to_dot(model).create(prog="dot", format="svg")[:4]
        b'<svg'
        """
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, f"model.{format}")
            self.write(path, format=format)
            return Path(path).read_bytes()

    def create_svg(self) -> bytes:
        """The bytes of an SVG file."""
        return self.create(format="svg")

    def create_png(self) -> bytes:
        """The bytes of a PNG file."""
        return self.create(format="png")

    def write(self, path: Any, prog: Any = None, format: str = "svg", encoding: str | None = None) -> bool:
        """Write a file in this form, whatever its ending; returns True, as pydot does."""
        self._write(path, format.lower(), self.dpi)
        return True

    def write_svg(self, path: Any) -> bool:
        """Write an SVG file."""
        return self.write(path, format="svg")

    def write_png(self, path: Any) -> bool:
        """Write a PNG file."""
        return self.write(path, format="png")


def model_to_dot(
    model: Model,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Dot:
    """Draw a model as boxes and arrows; the drawing shows itself in notebooks.

    Parameters
    ----------
    model : Model
        Built. Neither Sequential nor functional: it is one box.
    show_shapes : bool, default False
        Whether boxes tell the shapes of inputs and outputs.
    show_dtype : bool, default False
        Whether they tell the type of outputs.
    show_layer_names : bool, default True
        Whether the name stands beside the class.
    rankdir : {"TB", "LR", "BT", "RL"}
        Where the arrows point: down, to the right, up, to the left.
    expand_nested : bool, default False
        Whether models that are layers are shown with their layers, in a frame.
    dpi : float, default 200
        Pixels an inch of files that have pixels.
    subgraph : bool, default False
        Whether a frame with the model's name is around it.
    show_layer_activations : bool, default False
        Whether boxes tell the activation, where a layer has one.
    show_trainable : bool, default False
        Whether layers with weights tell whether they learn.
    splines : {"ortho", "curved", "spline", "polyline", "line"}
        How the arrows run: at right angles, curved, in straight parts, or straight.

    Returns
    -------
    Dot
        A `Drawing`, with ``create``, ``write`` and their kin where Keras gives a graph of pydot's.

    Raises
    ------
    ValueError
        If the model is not built, or an argument is none of those above.

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((3,)), Dense(2, name="y")], name="small")
    >>> model_to_dot(model, show_shapes=True)
    <Dot 'Model small', 207 x 104 points>
    """
    # Here, since `keras.utils` is imported without models.
    from pynn.models import Model
    from pynn.plot.diagram import drawing_of
    from pynn.plot.graphs import Options, graph_of

    if not isinstance(model, Model):
        raise TypeError(f"plot_model draws a model, got {model!r:.100} (of type {type(model).__name__})")
    if not model.built:
        raise ValueError(
            f"Model '{model.name}': This model has not yet been built. Build the model first by calling `build()` or "
            "by calling the model on a batch of data. Or let it begin with keras.Input(shape)."
        )
    _check(kwargs, rankdir, splines, dpi)
    said = (show_shapes, show_dtype, show_layer_names, expand_nested, show_layer_activations, show_trainable)
    drawing = drawing_of(graph_of(model, Options(*said)), rankdir, splines, framed=subgraph)
    made = Dot(drawing.marks, drawing.width, drawing.height, drawing.title)
    made.dpi = dpi
    return made


def _check(kwargs: dict[str, Any], rankdir: str, splines: str, dpi: float) -> None:
    from pynn.plot.routing import RANKDIRS, SPLINES

    if kwargs.pop("layer_range", None) is not None:
        raise ValueError("Argument `layer_range` is no longer supported.")
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments: {kwargs}")
    for name, value, known in (("rankdir", rankdir, RANKDIRS), ("splines", splines, SPLINES)):
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(map(repr, known))}. Received: {name}={value!r}")
    if not dpi > 0:
        raise ValueError(f"dpi must be above 0. Received: dpi={dpi!r}")


def plot_model(
    model: Model,
    to_file: str | os.PathLike[str] = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Dot:
    """Draw a model as boxes and arrows into a file.

    Parameters
    ----------
    model : Model
        Built. Neither Sequential nor functional: it is one box.
    to_file : str or path, default "model.png"
        Its ending says which kind; without one, PNG. A file ending in .svg needs no other package, .png, .pdf, .jpg,
        .ps, .eps and .webp the extra `plot`.
    show_shapes : bool, default False
        Whether boxes tell the shapes of inputs and outputs.
    show_dtype : bool, default False
        Whether they tell the type of outputs.
    show_layer_names : bool, default False
        Whether the name stands beside the class.
    rankdir : {"TB", "LR", "BT", "RL"}
        Where the arrows point: down, to the right, up, to the left.
    expand_nested : bool, default False
        Whether models that are layers are shown with their layers, in a frame.
    dpi : float, default 200
        Pixels an inch where there are pixels.
    show_layer_activations : bool, default False
        Whether boxes tell the activation, where a layer has one.
    show_trainable : bool, default False
        Whether layers with weights tell whether they learn.
    splines : {"ortho", "curved", "spline", "polyline", "line"}
        How the arrows run: at right angles, curved, in straight parts, or straight.

    Returns
    -------
    Dot
        A `Drawing` that a notebook shows as SVG at the end of a cell.

    Raises
    ------
    ValueError
        If the model is not built, or an argument is none of those above.
    FileNotFoundError
        If there is no such folder.
    ImportError
        If the kind of file needs matplotlib, which is missing.

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((3,)), Dense(2, name="y")], name="small")
    >>> plot_model(model, "small.svg", show_shapes=True, show_layer_names=True)
    <Dot 'Model small', 207 x 104 points>
    """
    ending = Path(to_file).suffix.removeprefix(".").lower() or "png"
    check_file(to_file, ending)
    drawing = model_to_dot(
        model,
        show_shapes,
        show_dtype,
        show_layer_names,
        rankdir,
        expand_nested,
        dpi,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
        splines=splines,
        **kwargs,
    )
    drawing.write(to_file, format=ending)
    return drawing
