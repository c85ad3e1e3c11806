"""The progress bar, byte by byte against Keras's, with time frozen."""

from __future__ import annotations

import io
import re
import sys
import time

import numpy as np
import pytest

from pynn.callbacks import Progbar, ProgbarLogger

EPOCH = 1_700_000_000.0


class Screen(io.StringIO):
    terminal = True

    def isatty(self):
        return self.terminal


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = EPOCH

    monkeypatch.setattr(time, "time", lambda: Clock.now)
    return Clock


@pytest.fixture
def screen(monkeypatch):
    def show(terminal=True):
        out = Screen()
        out.terminal = terminal
        monkeypatch.setattr(sys, "stdout", out)
        return out

    monkeypatch.delenv("PYCHARM_HOSTED", raising=False)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    return show


def play(bar_class, settings, script, clock, out):
    """The bytes a bar writes; a script is a list of (seconds to wait, step, values, finalize)."""
    clock.now = EPOCH
    bar = bar_class(**settings)
    for seconds, step, values, finalize in script:
        clock.now += seconds
        bar.update(step, values, finalize=finalize)
    return out.getvalue()


def steps(n, seconds, **values):
    return [(seconds, i + 1, [(k, v / (i + 1)) for k, v in values.items()], None) for i in range(n)]


SCRIPTS = {
    "short": steps(5, 0.1, loss=1.0, accuracy=0.5),
    "throttled": steps(30, 0.02, loss=1.0),
    "first step slow": [(3.0, 1, [("loss", 1.0)], None), *steps(5, 0.2, loss=1.0)[1:]],
    "microseconds": [(3e-4, 5, [("loss", 0.5)], True)],
    "no time at all": [(0.0, 5, [("loss", 0.5)], True)],
    "seconds": [(9.0, 3, [("loss", 0.5)], None), (7.7, 5, [("loss", 0.25)], None)],
    "minutes to go": [(70.0, 1, [], None), (65.0, 2, [], None)],
    "hours to go": [(4000.0, 1, [], None), (3900.0, 2, [], None)],
    "just a minute": [(15.0, 1, [], None), (15.0, 4, [], None), (60.0, 5, None, None)],
    "small and large": [
        (0.2, 2, [("a", 1e-3), ("b", 1.00001e-3), ("c", 12345.678), ("d", 0.0), ("e", -0.5), ("f", -1e-5)], None),
        (0.2, 5, [("a", 1e-12), ("b", 1e12), ("c", 1.0), ("d", -0.0), ("e", -3.0), ("f", 5)], None),
    ],
    "other types": [(0.2, 5, [("int", 3), ("f32", np.float32(0.1)), ("array", np.array([1.0, 2.0]))], True)],
    "not a number": [(0.2, 5, [("loss", float("nan")), ("top", float("inf"))], True)],
    "shrinking line": [(0.2, 2, [("loss", 1e-9)], None), (0.2, 3, [("loss", 1.0)], None), (30.0, 5, [], None)],
    "metric joins late": [(0.2, 1, [("loss", 1.0)], None), (0.2, 5, [("loss", 1.0), ("val_loss", 2.0)], None)],
    "finished twice": [(0.2, 5, [("loss", 1.0)], None), (0.2, 5, [("loss", 1.0), ("val_loss", 2.0)], True)],
    "jumps": [(0.2, 2, [("loss", 1.0)], None), (0.2, 5, [("loss", 0.5)], None)],
    "no step first": [(0.2, 0, [("loss", 1.0)], None), (0.2, 5, [("loss", 0.5)], None)],
    "stopped early": [(0.2, 2, [("loss", 1.0)], False), (0.2, 3, [("loss", 1.0)], True)],
}

SETTINGS = {
    "default": {"target": 5},
    "large": {"target": 1875},
    "ten": {"target": 10},
    "unknown": {"target": None},
    "narrow": {"target": 7, "width": 3, "unit_name": "sample"},
    "stateful": {"target": 5, "stateful_metrics": ["loss"]},
    "stateless": {"target": 5, "stateless_metrics": ["loss"]},
    "as fit does": {"target": 5, "stateless_metrics": set()},
    "semi-verbose": {"target": 5, "verbose": 2},
    "silent": {"target": 5, "verbose": 0},
    "slow": {"target": 30, "interval": 0.25},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_bytes_are_keras(real_keras, clock, screen, settings, script):
    theirs = play(real_keras.utils.Progbar, settings, script, clock, screen())
    assert play(Progbar, settings, script, clock, screen()) == theirs


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_only_the_last_line_goes_to_a_file(real_keras, clock, screen, settings, script):
    ours = play(Progbar, settings, script, clock, screen(terminal=False))
    theirs = play(real_keras.utils.Progbar, settings, script, clock, screen())
    plain = re.sub(r"\x1b\[\d+m|\x08", "", theirs)
    # A finished line may carry the blanks that cover a longer one before it.
    finished = [line.split("\r")[-1] for line in plain.split("\n")[:-1]]
    assert [line.rstrip() for line in ours.splitlines()] == [line.rstrip() for line in finished]
    assert not re.search(r"[\x1b\x08\r]", ours)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_notebook_keeps_no_backspaces(real_keras, clock, screen, monkeypatch, settings, script):
    """The finished lines are Keras's; a bar that is done within the interval is drawn once."""
    theirs = play(real_keras.utils.Progbar, settings, script, clock, screen())
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    ours = play(Progbar, settings, script, clock, screen(terminal=False))
    assert "\b" not in ours
    lines = [[line.split("\r")[-1].lstrip("\b").rstrip() for line in text.split("\n")[:-1]] for text in (ours, theirs)]
    assert lines[0] == lines[1]


def test_a_short_bar_is_drawn_once_in_a_notebook(clock, screen, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    text = play(Progbar, {"target": 5}, steps(5, 0.004, loss=1.0), clock, screen(terminal=False))
    assert text.count("/5") == 1
    assert not re.search(r"[\b\r]", text)
    text = play(Progbar, {"target": 5}, steps(5, 0.1, loss=1.0), clock, screen(terminal=False))
    assert text.count("\r") == 4


def test_add_counts_on(real_keras, clock, screen):
    shown = []
    for bar_class in (real_keras.utils.Progbar, Progbar):
        clock.now, out = EPOCH, screen()
        bar = bar_class(6)
        for value in (1.0, 0.5, 0.0):
            clock.now += 0.5
            bar.add(2, [("loss", value)])
        shown.append(out.getvalue())
    assert shown[0] == shown[1]
    assert shown[0].endswith("loss: 0.0000e+00\n")


def test_either_kind_of_metrics():
    with pytest.raises(ValueError, match=r"`stateful_metrics`.*`stateless_metrics`"):
        Progbar(3, stateful_metrics=["a"], stateless_metrics=["b"])


def fit(logger, verbose, steps_known, clock, batches=True):
    """Call a logger's hooks as two epochs of fit, a test and a prediction do."""
    logger.set_params({"verbose": verbose, "epochs": 2, "steps": 3 if steps_known else None})
    logger.on_train_begin()
    for epoch in range(2):
        logger.on_epoch_begin(epoch)
        for batch in range(3):
            clock.now += 0.4
            logger.on_train_batch_begin(batch)
            logger.on_train_batch_end(batch, {"accuracy": 0.1 * batch, "loss": 1.0 / (batch + 1)})
        logger.on_test_begin()
        clock.now += 0.4
        logger.on_test_batch_end(0, {"loss": 3.0})
        logger.on_test_end({"loss": 3.0})
        logger.on_epoch_end(epoch, {"accuracy": 0.2, "loss": 0.3, "val_loss": 3.0})
    logger.on_train_end({"loss": 0.3})


def evaluate(logger, verbose, steps_known, clock):
    logger.set_params({"verbose": verbose, "epochs": 1, "steps": 3 if steps_known else None})
    logger.on_test_begin()
    for batch in range(3):
        clock.now += 0.4
        logger.on_test_batch_end(batch, {"loss": 1.0})
    logger.on_test_end({"loss": 1.0})


def predict(logger, verbose, steps_known, clock):
    logger.set_params({"verbose": verbose, "epochs": 1, "steps": 3 if steps_known else None})
    logger.on_predict_begin()
    for batch in range(3):
        clock.now += 0.4
        logger.on_predict_batch_end(batch, {"outputs": np.zeros((2, 3))})
    logger.on_predict_end()


@pytest.mark.parametrize("loop", [fit, evaluate, predict])
@pytest.mark.parametrize("verbose", ["auto", 0, 1, 2])
@pytest.mark.parametrize("steps_known", [True, False])
def test_logger_is_keras(real_keras, clock, screen, loop, verbose, steps_known):
    shown = []
    for logger_class in (real_keras.callbacks.ProgbarLogger, ProgbarLogger):
        clock.now, out = EPOCH, screen()
        loop(logger_class(), verbose, steps_known, clock)
        shown.append(out.getvalue())
    assert shown[1] == shown[0]
    assert bool(shown[1]) == (verbose != 0)


def test_logger_into_a_file(clock, screen):
    out = screen(terminal=False)
    fit(ProgbarLogger(), 1, True, clock)
    assert out.getvalue() == (
        "Epoch 1/2\n3/3 ━━━━━━━━━━━━━━━━━━━━ 2s 600ms/step - accuracy: 0.2000 - loss: 0.3000 - val_loss: 3.0000\n"
        "Epoch 2/2\n3/3 ━━━━━━━━━━━━━━━━━━━━ 2s 600ms/step - accuracy: 0.2000 - loss: 0.3000 - val_loss: 3.0000\n"
    )


def test_slices_move_the_bar_but_not_in_validation(clock, screen):
    out = screen()
    logger = ProgbarLogger()
    logger.set_params({"verbose": 1, "epochs": 1, "steps": 100})
    logger.on_train_begin()
    logger.on_epoch_begin(0)
    clock.now += 0.2
    logger.on_slice(49, {"loss": 0.5})
    assert "50/100" in out.getvalue()
    assert "loss: 0.5000" in out.getvalue()
    logger.on_test_begin()
    clock.now += 0.2
    before = out.getvalue()
    logger.on_slice(3, {"loss": 9.0})
    logger.on_test_end({"loss": 9.0})
    assert out.getvalue() == before
    logger.on_epoch_end(0, {"loss": 0.5})
    assert "100/100" in out.getvalue()


def test_one_logger_serves_fit_then_evaluate(clock, screen):
    logger = ProgbarLogger()
    screen()
    fit(logger, 1, True, clock)
    out = screen()
    evaluate(logger, 1, True, clock)
    assert "3/3" in out.getvalue()
