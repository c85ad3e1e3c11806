"""Callbacks: what `fit`, `evaluate` and `predict` tell, and who listens."""

from __future__ import annotations

from pynn.callbacks.callback import Callback
from pynn.callbacks.callback_list import CallbackList
from pynn.callbacks.early_stopping import EarlyStopping
from pynn.callbacks.history import History
from pynn.callbacks.monitor import MonitorCallback
from pynn.callbacks.progbar import Progbar
from pynn.callbacks.progbar_logger import ProgbarLogger

__all__ = ["Callback", "CallbackList", "EarlyStopping", "History", "MonitorCallback", "Progbar", "ProgbarLogger"]
