"""`keras.preprocessing`: older places of functions of `keras.utils`, which Keras 3 still has."""

from pynn.keras.preprocessing import sequence
from pynn.windows import timeseries_dataset_from_array

__all__ = ["sequence", "timeseries_dataset_from_array"]
