"""`keras.callbacks`: the names students import; each is defined in `pynn.callbacks`."""

from pynn.callbacks import (
    Callback,
    CallbackList,
    EarlyStopping,
    History,
    ProgbarLogger,
)

__all__ = [
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "ProgbarLogger",
]
