"""The demo runs without a screen or a network, learns, and draws; the loop with a tape does what fit does."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def loaded(name):
    """The module examples/<name>.py."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", ROOT / "examples" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """The module examples/digits.py, on the shipped digits."""
    pytest.importorskip("matplotlib", reason="the demo draws with matplotlib: pip install 'pynn-kernels[plot]'")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("PYNN_DATA", str(tmp_path))  # no MNIST in this folder, nor in this cache
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return loaded("digits")


def test_demo_learns_and_draws(demo, tmp_path, capsys):
    import numpy as np
    from matplotlib import image

    picture = tmp_path / "demo" / "digits.png"
    accuracy = demo.main(["--epochs", "12", "--picture", str(picture)])
    assert accuracy > 0.9

    pixels = image.imread(picture)
    assert pixels.shape[0] >= 500
    assert pixels.shape[1] >= 1000
    assert 20_000 < picture.stat().st_size < 500_000
    for colour in (demo.TRAINED, demo.WRONG):  # a curve, a frame around a wrong answer
        rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        assert (np.abs(pixels[:, :, :3] - rgb).max(axis=2) < 0.02).sum() > 100

    said = capsys.readouterr().out
    assert "The digits that ship with pynn, a part of MNIST: 10,000 digits" in said
    assert "Epoch 12/12" in said
    assert "282/282" in said
    assert "val_accuracy" in said
    assert "79,510" in said
    assert f"{accuracy:.2%}" in said
    assert str(picture) in said


def test_demo_needs_no_wrong_answer(demo, tmp_path):
    import numpy as np

    images, labels = np.zeros((20, 28, 28), np.float32), np.zeros(20, np.uint8)
    history = {name: [1.0, 0.5] for name in ("loss", "val_loss", "accuracy", "val_accuracy")}
    demo.draw(history, images, labels, labels, tmp_path / "perfect.png")
    assert (tmp_path / "perfect.png").is_file()


def test_gradient_tape():
    """Real Keras on JAX has no tape: its script is held against calculus, least squares and `fit`."""
    import numpy as np

    found = loaded("gradient_tape").main(short=True)
    np.testing.assert_allclose(found["slopes"], 12 + np.exp(2), rtol=1e-6)
    np.testing.assert_allclose(found["line"], (3, -1), atol=0.1)
    np.testing.assert_allclose(found["by hand"], found["fit"], rtol=1e-5)
    assert found["fit"][-1] < found["fit"][0]
