"""A rank that goes astray while the others train; `argv[1]` says how.  None of these may hang."""

import os
import signal
import sys

import numpy as np

import pynn.distributed as hvd
from pynn import keras

how = sys.argv[1]
hvd.init()
last = hvd.rank() == hvd.size() - 1


class Astray(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch != 2 or not last:
            return
        if how == "raise":
            raise ArithmeticError("rank with a mistake")
        if how == "exit":
            sys.exit(3)
        if how == "_exit":
            os._exit(3)
        if how == "_exit0":
            os._exit(0)
        if how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)


rng = np.random.default_rng(0)
x, y = rng.normal(size=(60, 4)), rng.normal(size=(60, 1))
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(1)])
model.compile(hvd.DistributedOptimizer("sgd"), "mse")
if how == "door" and last:
    x = x[:, :3]
if how == "leave" and last:
    sys.exit()
if how == "caught" and last:
    try:
        model.fit(x, y[:-1], verbose=0)
    except ValueError:
        sys.exit()
if how == "alone" and last:
    hvd.allreduce([1.0])
if how == "batch":
    caught = (
        [keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: 1 / (3 - batch - epoch0))]
        if last
        else []
    )
    epoch0 = 0
    model.fit(x, y, batch_size=5, epochs=5, verbose=0, callbacks=caught)
model.fit(x, y, batch_size=5, epochs=5, verbose=0, callbacks=[Astray()])
print("ended well")
