"""`keras.utils`: the names students import."""

from pynn.callbacks.progbar import Progbar
from pynn.encoding import normalize, to_categorical
from pynn.keras.backend import clear_session
from pynn.random import set_random_seed

__all__ = ["Progbar", "clear_session", "normalize", "set_random_seed", "to_categorical"]
