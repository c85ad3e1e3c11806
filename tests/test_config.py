"""Library-wide settings: Keras's names and defaults, and their errors."""

from __future__ import annotations

import inspect

import pytest

from pynn import config

NAMES = [
    "floatx",
    "set_floatx",
    "epsilon",
    "set_epsilon",
    "image_data_format",
    "set_image_data_format",
    "backend",
    "enable_interactive_logging",
    "disable_interactive_logging",
    "is_interactive_logging_enabled",
]


@pytest.fixture(autouse=True)
def keep_settings(monkeypatch):
    for name in ("_floatx", "_epsilon", "_image_data_format", "_interactive_logging"):
        monkeypatch.setattr(config, name, getattr(config, name))


@pytest.mark.parametrize("name", NAMES)
def test_signature_is_keras(real_keras, name):
    ours, theirs = inspect.signature(getattr(config, name)), inspect.signature(getattr(real_keras.config, name))
    assert list(ours.parameters) == list(theirs.parameters)


def test_defaults_are_keras(real_keras):
    for name in ("floatx", "epsilon", "image_data_format", "is_interactive_logging_enabled"):
        assert getattr(config, name)() == getattr(real_keras.config, name)()
    assert config.backend() == "pynn"


@pytest.mark.parametrize("value", ["float32", "float64"])
def test_set_floatx(value):
    config.set_floatx(value)
    assert config.floatx() == value


@pytest.mark.parametrize("value", ["float16", "bfloat16", "int32", "", None])
def test_set_floatx_refuses(value):
    with pytest.raises(ValueError, match=r"Unknown `floatx` value: .*Expected .*float32"):
        config.set_floatx(value)
    assert config.floatx() == "float32"


@pytest.mark.parametrize("value", [0.0, -1e-7, float("nan"), float("inf")])
def test_set_epsilon_refuses(value):
    with pytest.raises(ValueError, match="epsilon"):
        config.set_epsilon(value)
    assert config.epsilon() == 1e-7


def test_image_data_format():
    config.set_image_data_format("Channels_First")
    assert config.image_data_format() == "channels_first"
    with pytest.raises(ValueError, match="data_format=channels_middle"):
        config.set_image_data_format("channels_middle")


def test_interactive_logging():
    config.disable_interactive_logging()
    assert not config.is_interactive_logging_enabled()
    config.enable_interactive_logging()
    assert config.is_interactive_logging_enabled()


def test_limits(real_keras, monkeypatch):
    from pynn import limits

    for name in ("epochs", "steps_per_epoch"):
        monkeypatch.setattr(limits, f"_max_{name}", None)
        for side in (limits, real_keras.config):
            read, write = getattr(side, f"max_{name}"), getattr(side, f"set_max_{name}")
            assert read() is None
            write(3)
            assert read() == 3
            write(None)
            assert read() is None
        for wrong in (-1, "2", 1.5):
            with pytest.raises(ValueError, match=f"max_{name}"):
                getattr(limits, f"set_max_{name}")(wrong)


def test_traceback_filtering(real_keras):
    from pynn import limits

    for side in (limits, real_keras.config):
        assert side.is_traceback_filtering_enabled()
        side.disable_traceback_filtering()
        assert not side.is_traceback_filtering_enabled()
        side.enable_traceback_filtering()
        assert side.is_traceback_filtering_enabled()


def test_one_engine():
    from pynn import limits

    limits.set_backend("pynn")
    with pytest.raises(ValueError, match="Received: backend=jax"):
        limits.set_backend("jax")
