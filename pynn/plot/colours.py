"""Colours that colour-blind readers tell apart as well.

Source: Okabe & Ito 2008, "Color universal design". Numbers of one sign are shown in cividis (Nuñez, Anderton & Renslow
2018, made for colour-blind eyes), numbers around a middle from blue over white to orange.
"""

from __future__ import annotations

from typing import Any

BLACK, WHITE, GREY, PALE = "#1a1a1a", "#ffffff", "#6b6b6b", "#e6e6e6"
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW = "#56B4E9", "#CC79A7", "#F0E442"
# In the order in which things are coloured; black last, since text has it.
CYCLE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, YELLOW, BLACK)
MARKERS = "osD^vPX*"  # shapes repeat the colours without colour
SEQUENTIAL = "cividis"


def diverging() -> Any:
    """matplotlib's map from orange (negative) over white to blue (positive)."""
    from pynn.extras import require

    colors = require("matplotlib.colors", extra="plot")
    return colors.LinearSegmentedColormap.from_list("orange_blue", [VERMILION, "#f6c9a8", WHITE, "#a6cbe6", BLUE])
