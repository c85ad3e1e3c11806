"""Callbacks: what `fit`, `evaluate` and `predict` tell, and who listens."""

from __future__ import annotations

from pynn.callbacks.backup_and_restore import BackupAndRestore
from pynn.callbacks.callback import Callback
from pynn.callbacks.callback_list import CallbackList
from pynn.callbacks.csv_logger import CSVLogger
from pynn.callbacks.early_stopping import EarlyStopping
from pynn.callbacks.history import History
from pynn.callbacks.lambda_callback import LambdaCallback
from pynn.callbacks.learning_rate import LearningRateScheduler, ReduceLROnPlateau
from pynn.callbacks.model_checkpoint import ModelCheckpoint
from pynn.callbacks.monitor import MonitorCallback
from pynn.callbacks.progbar import Progbar
from pynn.callbacks.progbar_logger import ProgbarLogger
from pynn.callbacks.swap_ema_weights import SwapEMAWeights
from pynn.callbacks.tensorboard import TensorBoard
from pynn.callbacks.terminate_on_nan import TerminateOnNaN

__all__ = [
    "BackupAndRestore",
    "Callback",
    "CallbackList",
    "CSVLogger",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "MonitorCallback",
    "Progbar",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
]
