"""Pictures of models, trainings and results.

Diagrams (`network`, and `keras.utils.plot_model`) are `Drawing`s: SVG by themselves, shown by notebooks, saved in any
form; with `ax=` they are drawn there. Charts are drawn by matplotlib, the extra `plot`, which is imported when the
first one is drawn. They take `ax=`, or make a figure of pyplot's, and return their Axes, several panels as an array:
what ``plt.subplots`` returns. Nothing here calls ``plt.show`` or changes ``rcParams``.
"""

from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

if _TYPE_CHECKING:
    from pynn.plot.confusion_matrix import confusion
    from pynn.plot.curves import history
    from pynn.plot.decisions import decision_boundary
    from pynn.plot.kernels_as_images import weights
    from pynn.plot.model_plot import model_to_dot, plot_model
    from pynn.plot.neurons import network
    from pynn.plot.scene import Drawing
    from pynn.plot.slopes import activations, learning_rates

# Imported when somebody asks for them: `keras.utils` needs the diagrams alone.
_HOMES = {
    "Drawing": "scene",
    "activations": "slopes",
    "confusion": "confusion_matrix",
    "decision_boundary": "decisions",
    "history": "curves",
    "learning_rates": "slopes",
    "model_to_dot": "model_plot",
    "network": "neurons",
    "plot_model": "model_plot",
    "weights": "kernels_as_images",
}

__all__ = [
    "Drawing",
    "activations",
    "confusion",
    "decision_boundary",
    "history",
    "learning_rates",
    "model_to_dot",
    "network",
    "plot_model",
    "weights",
]


def __getattr__(name: str) -> _Any:
    if name in _HOMES:
        import importlib

        found = globals()[name] = getattr(importlib.import_module(f"pynn.plot.{_HOMES[name]}"), name)
        return found
    raise AttributeError(f"module 'pynn.plot' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
