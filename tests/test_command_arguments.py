"""What can be written behind `pynn`: mistakes, help, and the commands of the page."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import pynn
from pynn.command_line import arguments, main

PAGE = Path(__file__).resolve().parent.parent / "docs" / "command_line.md"


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["nonsense"],
        ["train"],
        ["train", "x.csv", "--epochs", "0"],
        ["train", "x.csv", "--layers", "a,b"],
        ["train", "x.csv", "--dropout", "1"],
        ["train", "x.csv", "--learning-rate", "fast"],
        ["train", "x.csv", "--epoch", "3"],
        ["predict", "m.keras"],
        ["run"],
        ["run", "--figures", "here", __file__],
    ],
)
def test_usage(capsys, given):
    assert main(given) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert re.search(r"^pynn.*: .*(; see pynn.* --help|--figures is for notebooks)", err)


def test_help_has_examples(capsys):
    for command in ([], *([name] for name in (*arguments._MODULES, "run"))):
        assert main([*command, "--help"]) == 0
        text = capsys.readouterr().out
        assert "example" in text
        assert max(map(len, text.splitlines())) <= 150
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"pynn {pynn.__version__}\n"


@pytest.mark.skipif(not PAGE.exists(), reason="the page is only in the source tree")
def test_commands_of_the_page():
    """Each is one that the parser takes."""
    blocks = re.findall(r"^```(?:sh|console)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    commands = [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("pynn ")]
    assert len(commands) >= 8
    for command in commands:
        assert arguments.parser().parse_args(command).command == command[0]
