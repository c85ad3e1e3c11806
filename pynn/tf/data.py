"""`tf.data`: datasets."""

from pynn.dataset import INFINITE as INFINITE_CARDINALITY
from pynn.dataset import UNKNOWN as UNKNOWN_CARDINALITY
from pynn.dataset import Dataset

AUTOTUNE = -1


class Options:
    """Takes any attribute: how TensorFlow spreads the work, which changes nothing here."""


__all__ = ["AUTOTUNE", "Dataset", "INFINITE_CARDINALITY", "Options", "UNKNOWN_CARDINALITY"]
