"""`keras.initializers`: the names students import; each is defined in `pynn.initializers`."""

from pynn.initializers import *  # noqa: F403
from pynn.initializers import __all__ as __all__
