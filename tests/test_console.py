"""Text for people: printed, logged, and readable on consoles without line characters."""

from __future__ import annotations

import io
import logging
import sys

import pytest

from pynn import config, console


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def no_logging_left(monkeypatch):
    monkeypatch.setattr(config, "_interactive_logging", True)


def test_prints(capsys):
    console.print_message("one")
    console.print_message("two", line_break=False)
    console.print_message("a note", stream=sys.stderr)
    assert capsys.readouterr() == ("one\ntwo", "a note\n")


def test_logs_when_not_interactive(no_logging_left, capsys, caplog):
    config.disable_interactive_logging()
    with caplog.at_level(logging.INFO, logger="pynn"):
        console.print_message("\b\b\r1/1 100% done\n", line_break=False)
    assert capsys.readouterr().out == ""
    assert caplog.messages == ["1/1 100% done"]


def test_falls_back_to_ascii(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252", newline="\n"))
    console.print_message("1/2 ━━ ┏━┳┓ ┃ é")
    assert raw.getvalue().decode("cp1252") == "1/2 == +=++ | é\n"


def test_terminals_redraw(monkeypatch):
    monkeypatch.delenv("PYCHARM_HOSTED", raising=False)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert not console.is_terminal()
    assert not console.can_redraw()
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    assert not console.is_terminal()
    assert console.can_redraw()
    assert console.is_notebook()
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert console.is_terminal()
    assert not console.is_notebook()
    assert console.can_redraw()


def test_output_without_isatty(monkeypatch):
    monkeypatch.setattr(sys, "stdout", object())
    assert not console.is_terminal()
