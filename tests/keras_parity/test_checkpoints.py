"""ModelCheckpoint, BackupAndRestore and SwapEMAWeights: when they save, under which name, and what they say."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec

import numpy as np
import pytest


def build(keras):
    layers = keras.layers
    model = keras.Sequential([keras.Input((6,)), layers.Dense(5, "tanh"), layers.Dense(3)])
    model.compile(keras.optimizers.SGD(0.2), "mse", metrics=["mae"])
    return model


def note_saves(pair):
    """Let both models note what they are told to save."""
    saved = [[], []]
    for kept, model in zip(saved, pair.models, strict=True):
        object.__setattr__(model, "save", lambda filepath, overwrite=False, kept=kept: kept.append(str(filepath)))
        object.__setattr__(
            model, "save_weights", lambda filepath, overwrite=False, kept=kept: kept.append(str(filepath))
        )
        object.__setattr__(model, "load_weights", lambda filepath: None)
    return saved


CHECKPOINTS = {
    "every epoch": {"filepath": "m-{epoch:02d}.keras"},
    "with the loss": {"filepath": "m-{epoch}-{loss:.1f}.h5"},
    "best": {"filepath": "best-{epoch}.keras", "save_best_only": True},
    "best metric": {"filepath": "best-{epoch}.keras", "save_best_only": True, "monitor": "val_mae", "mode": "min"},
    "worst": {"filepath": "worst-{epoch}.keras", "save_best_only": True, "monitor": "loss", "mode": "max"},
    "threshold": {"filepath": "t-{epoch}.keras", "save_best_only": True, "initial_value_threshold": 0.0},
    "weights": {"filepath": "w-{epoch}.weights.h5", "save_weights_only": True},
    "batches": {"filepath": "b-{epoch}-{batch:03d}.keras", "save_freq": 3},
    "many batches": {"filepath": "b-{epoch}-{batch}.keras", "save_freq": 7},
    "best of batches": {"filepath": "b-{epoch}-{batch}.keras", "save_freq": 3, "save_best_only": True, "mode": "min"},
}


@pytest.mark.parametrize("name", CHECKPOINTS)
@pytest.mark.filterwarnings("ignore:Can save best model only:UserWarning")
def test_model_checkpoint(twins, data, name, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pair = twins(build)
    saved = note_saves(pair)

    def callbacks(keras):
        return [keras.callbacks.ModelCheckpoint(verbose=1, **CHECKPOINTS[name])]

    pair.fit(data.x, data.numbers, epochs=4, validation_split=0.2, shuffle=False, callbacks=callbacks)
    assert saved[0] == saved[1]
    assert saved[0] or name == "threshold"
    lines = [re.sub(r"(\d\.\d{3})\d*", r"\1", line) for line in capsys.readouterr().out.splitlines() if "Epoch" in line]
    lines = [line for line in lines if not re.match(r"Epoch \d+/\d+", line)]
    assert lines[: len(lines) // 2] == lines[len(lines) // 2 :]
    assert lines


def test_checkpoints_make_their_folder(twins, data, tmp_path):
    pair = twins(build)
    note_saves(pair)
    for number, (keras, model) in enumerate(zip(pair.sides, pair.models, strict=True)):
        path = tmp_path / str(number) / "deep" / "m.keras"
        model.fit(data.x, data.numbers, verbose=0, callbacks=[keras.callbacks.ModelCheckpoint(path)])
        assert path.parent.is_dir()


def test_checkpoints_refuse(twins, data, is_oracle):
    pair = twins(build)
    note_saves(pair)
    for keras, model in zip(pair.sides, pair.models, strict=True):
        checkpoint = keras.callbacks.ModelCheckpoint
        for wrong, words in (
            ({"filepath": "model"}, "must end in `.keras`"),
            ({"filepath": "m.keras", "save_weights_only": True}, "must end in `.weights.h5`"),
            ({"filepath": "m.keras", "save_freq": "batch"}, "Unrecognized save_freq: batch"),
        ):
            with pytest.raises(ValueError, match=words):
                checkpoint(**wrong)
        with pytest.raises(KeyError, match="Failed to format this callback filepath"):
            model.fit(data.x, data.numbers, verbose=0, callbacks=[checkpoint("{val_loss}.keras")])
        with pytest.warns(UserWarning, match="Can save best model only with val_loss available"):
            model.fit(data.x, data.numbers, verbose=0, callbacks=[checkpoint("m.keras", save_best_only=True)])


def test_a_model_that_cannot_be_saved(keras, is_oracle):
    if is_oracle:
        pytest.skip("Keras's models can")
    from types import SimpleNamespace

    for made in (keras.callbacks.ModelCheckpoint("m.keras"), keras.callbacks.BackupAndRestore("backup")):
        made.set_model(SimpleNamespace(built=True))
        with pytest.raises(RuntimeError, match=r"needs model\.save"):
            made.on_train_begin()


class InterruptionError(Exception):
    pass


@pytest.mark.parametrize("save_freq", ["epoch", 5])
@pytest.mark.skipif(find_spec("h5py") is None, reason="writes files")
def test_backup(twins, data, tmp_path, save_freq):
    """What is saved, and when; the folder goes once training has ended."""
    pair, facts = twins(build), []
    for number, (keras, model) in enumerate(zip(pair.sides, pair.models, strict=True)):
        folder = tmp_path / str(number)
        made = keras.callbacks.BackupAndRestore(str(folder), save_freq=save_freq)

        def stop(epoch, logs=None):
            if epoch == 2:
                raise InterruptionError

        interrupt = keras.callbacks.LambdaCallback(on_epoch_begin=stop)
        with pytest.raises(InterruptionError):
            model.fit(data.x, data.numbers, epochs=4, verbose=0, callbacks=[made, interrupt])
        facts.append(json.loads((folder / "training_metadata.json").read_text()))
        model.fit(data.x, data.numbers, epochs=1, verbose=0, callbacks=[keras.callbacks.BackupAndRestore(folder / "b")])
        assert not (folder / "b").exists()
    assert facts[0] == facts[1]
    for keras in pair.sides:
        with pytest.raises(ValueError, match="Empty `backup_dir`"):
            keras.callbacks.BackupAndRestore("")
        with pytest.raises(ValueError, match="Expected either 'epoch' or an integer value"):
            keras.callbacks.BackupAndRestore("backup", save_freq="batch")


@pytest.mark.skipif(find_spec("h5py") is None, reason="writes files")
def test_training_goes_on_where_the_backup_ends(twins, data, tmp_path):
    pair, epochs = twins(build), []
    for number, (keras, model) in enumerate(zip(pair.sides, pair.models, strict=True)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "training_metadata.json").write_text('{"epoch": 2, "batch": 0}')
        made = keras.callbacks.BackupAndRestore(str(folder))
        epochs.append(model.fit(data.x, data.numbers, epochs=5, verbose=0, callbacks=[made]).epoch)
    assert epochs[0] == epochs[1] == [2, 3, 4]


def test_averages_need_an_optimizer_that_keeps_them(twins, data):
    pair = twins(build)
    for keras, model in zip(pair.sides, pair.models, strict=True):
        with pytest.raises(ValueError, match="SwapEMAWeights must be used when `use_ema=True`"):
            model.evaluate(data.x, data.numbers, verbose=0, callbacks=[keras.callbacks.SwapEMAWeights()])


@pytest.mark.parametrize("on_epoch", [False, True])
def test_averages(twins, data, on_epoch, same_history):
    def averaged(keras):
        model = build(keras)
        model.compile(keras.optimizers.SGD(0.2, use_ema=True, ema_momentum=0.9), "mse", metrics=["mae"])
        return model

    try:
        pair = twins(averaged)
    except ValueError as error:
        if "use_ema" in str(error):
            pytest.skip("no averages in the optimizers yet")
        raise
    seen = [[], []]
    made = iter(seen)

    def callbacks(keras):
        kept = next(made)

        def look(epoch, logs):
            kept.append(np.array(kept_model[keras].layers[-1].bias))

        return [keras.callbacks.SwapEMAWeights(on_epoch), keras.callbacks.LambdaCallback(on_epoch_end=look)]

    kept_model = dict(zip(pair.sides, pair.models, strict=True))
    same_history(*pair.fit(data.x, data.numbers, epochs=3, validation_split=0.2, callbacks=callbacks))
    np.testing.assert_allclose(seen[0], seen[1], rtol=1e-4, atol=1e-6)
    pair.assert_same_weights()
