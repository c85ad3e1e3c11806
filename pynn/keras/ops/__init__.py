"""`keras.ops`: the names students import; each is defined in a family of `pynn.ops`, which lists them."""

from pynn.keras.ops import linalg, nn, numpy
from pynn.ops import everything as _everything

globals().update(_everything)

__all__ = ["linalg", "nn", "numpy"]
__all__ += sorted(_everything)
