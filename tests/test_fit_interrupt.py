"""Ctrl-C in `fit`: it comes back at once, with the weights of a whole step, and the model goes on to work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

pytest.importorskip("pynn", reason="about pynn's training loop")

# Trains until it is interrupted, replays exactly the steps that were done, and compares bits.
CHILD = """
import signal
import sys
import numpy as np
from pynn import keras

ROWS, BATCH = 200_000, 4
random = np.random.default_rng(0)
x = random.normal(size=(ROWS, 12)).astype("float32")
y = x[:, :3] > 0
verbose = int(sys.argv[1])
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background inherits that it is ignored

def network():
    model = keras.Sequential([keras.Input((12,)), keras.layers.Dense(20, "tanh"), keras.layers.Dense(3, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model

class Start(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 0:
            print("\\nstarted", flush=True)

model, twin = network(), network()
twin.set_weights(model.get_weights())
try:
    model.fit(x, y, batch_size=BATCH, epochs=100_000, shuffle=False, verbose=verbose, callbacks=[Start()])
except KeyboardInterrupt:
    print("\\nstopped", flush=True)

steps = int(model.optimizer.iterations)
epochs, rest = divmod(steps, ROWS // BATCH)
if epochs:
    twin.fit(x, y, batch_size=BATCH, epochs=epochs, shuffle=False, verbose=0)
if rest:
    twin.fit(x[:rest * BATCH], y[:rest * BATCH], batch_size=BATCH, shuffle=False, verbose=0)
same = all(np.array_equal(w, v) for w, v in zip(model.get_weights(), twin.get_weights()))
print("\\nsteps", steps, "same", same, flush=True)
history = model.fit(x[:400], y[:400], epochs=2, verbose=0).history
print("second", len(history["loss"]), bool(np.isfinite(history["loss"]).all()), flush=True)
"""


def wait_for(child, word):
    """Read lines up to the one that starts so."""
    for line in child.stdout:
        if line.startswith(word):
            return line.split()
    raise AssertionError(f"the child ended before it said {word!r}:\n{child.stderr.read()}")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
@pytest.mark.parametrize(("verbose", "after"), [(0, 0.7), (1, 0.35), (2, 0.01)])
def test_interrupt(verbose, after):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-P", "-c", CHILD, str(verbose)], **pipes) as child:
        try:
            wait_for(child, "started")
            time.sleep(after)
            sent = time.monotonic()
            child.send_signal(signal.SIGINT)
            wait_for(child, "stopped")
            waited = time.monotonic() - sent
            print(f"fit came back {waited:.3f} s after the signal (0.3 s are promised on a quiet machine)")
            _, steps, _, same = wait_for(child, "steps")
            assert wait_for(child, "second") == ["second", "2", "True"]
        finally:
            child.kill()
    assert same == "True", f"after {steps} steps the weights are not those of a whole step"
    assert waited < 60  # a machine busy with other things is slow, too; a fit that does not listen takes hours
