"""What can be written behind `pynn`, and what is said about it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NoReturn

import pynn

_DATA = """DATA is a file
  table.csv      numbers and words; the column to predict is the last one, or --target
  arrays.npz     x and y, or x_train, y_train, x_test, y_test
  images.idx(.gz)   in the form of MNIST, with the labels in the file beside it
or a name: """
_NAMES = "digits, mnist, fashion_mnist, cifar10, boston_housing, california_housing; " + (
    "with scikit-learn: iris, wine, breast_cancer, diabetes"
)
_TRAIN = """examples:
  pynn train digits
  pynn train iris.csv --target species --layers 16,16 --epochs 100
  pynn train houses.csv --target price --task regression --drop id,street --out houses.keras"""
_PREDICT = """examples:
  pynn predict iris.keras new_flowers.csv
  pynn predict iris.keras new_flowers.csv --probabilities --out answers.csv"""
_RUN = """examples:
  pynn run lesson.py --epochs 3
  pynn run lesson.ipynb --figures pictures

`import keras` and `import tensorflow` give pynn there. The cells of a notebook run in order, in its folder, through
IPython if that is installed (pip install "pynn-kernels[notebook]")."""
_ALL = """examples:
  pynn info
  pynn train digits --out digits.keras
  pynn train iris.csv --target species
  pynn predict iris.keras new_flowers.csv
  pynn run lesson.ipynb

exit codes: 0 done, 1 a mistake in a file or the data, 2 a mistake in the command line, 130 stopped with Ctrl-C"""

_MODULES = {"info": "information", "train": "train", "predict": "predict", "summary": "summary", "bench": "bench"}
COMMANDS = (*_MODULES, "run")


def function_of(command: str) -> Callable[[argparse.Namespace], Any]:
    """The function that does a command; its module is imported now."""
    function: Callable[[argparse.Namespace], Any] = import_module(f"pynn.command_line.{_MODULES[command]}").run
    return function


class Parser(argparse.ArgumentParser):
    """One that says what is wrong in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Say it, and leave with exit code 2."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def parse(given: Sequence[str]) -> argparse.Namespace:
    """What a command line says; one that cannot be read is told so, and ends with exit code 2."""
    parsed, unknown = parser().parse_known_args(given)
    if unknown:
        Parser(f"pynn {parsed.command}" if parsed.command else "pynn").error(f"there is no {' '.join(unknown)}")
    return parsed


def parser() -> Parser:
    """The parser of the whole command line."""
    made = Parser(
        "pynn",
        description="Neural networks from the command line.",
        epilog=_ALL,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("--version", action="version", version=f"pynn {pynn.__version__}")
    commands = made.add_subparsers(dest="command", metavar="COMMAND")
    _add_train(commands)
    _add_predict(commands)
    summary = _add(commands, "summary", "show the layers of a model in a file", "example:\n  pynn summary iris.keras")
    summary.add_argument("file", metavar="FILE", help="a .keras or .h5 file, of pynn's or Keras's")
    _add_run(commands)
    _add(commands, "info", "show version, processor, threads, tables of kernels and extras", "example:\n  pynn info")
    _add_bench(commands)
    return made


def _add(commands: Any, name: str, text: str, epilog: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    return made


def _add_reading(made: argparse.ArgumentParser) -> None:
    group = made.add_argument_group("CSV files")
    group.add_argument("--separator", metavar="C", help="between cells (default: , ; tab or |, what the file has)")
    group.add_argument("--header", choices=("auto", "yes", "no"), default="auto", help="names in the first line?")
    group.add_argument("--encoding", default="utf-8", help="of the text (default: utf-8; Excel's files: cp1252)")


def _add_train(commands: Any) -> None:
    made = _add(commands, "train", "train a network on data and save it", f"{_DATA}{_NAMES}\n\n{_TRAIN}")
    made.add_argument("data", metavar="DATA", help="a file or a name, see below")
    made.add_argument(
        "--out", metavar="FILE", help="saved there, over what is there (default: DATA's name with .keras)"
    )
    made.add_argument("--layers", type=_sizes, default=[64], metavar="N,N", help="hidden units (default: 64; 0: none)")
    made.add_argument("--activation", default="relu", metavar="NAME", help="of hidden layers (default: relu)")
    made.add_argument("--dropout", type=_share, default=0.0, metavar="R", help="rate behind hidden layers (default: 0)")
    made.add_argument("--optimizer", default="adam", metavar="NAME", help="default: adam")
    made.add_argument("--learning-rate", type=_positive, metavar="R", help="default: the optimizer's")
    made.add_argument("--epochs", type=_count, metavar="N", help="default: about 3000 updates of the weights, 5 to 200")
    made.add_argument("--batch-size", type=_count, default=32, metavar="N", help="default: 32")
    made.add_argument("--patience", type=_count, metavar="N", help="stop when validation has not improved for N epochs")
    made.add_argument(
        "--validation", type=_share, default=0.2, metavar="R", help="share of held-out rows (default: 0.2)"
    )
    made.add_argument("--seed", type=int, default=0, help="of all random numbers (default: 0)")
    made.add_argument("--quiet", action="store_true", help="print the result alone")
    _add_reading(made)
    group = made.add_argument_group("columns of CSV files")
    group.add_argument("--target", metavar="COLUMN", help="to predict: a name or a number from 1 (default: the last)")
    group.add_argument("--drop", type=_names, default=[], metavar="A,B", help="columns to leave out")
    group.add_argument("--task", choices=("auto", "classification", "regression"), default="auto")


def _add_predict(commands: Any) -> None:
    made = _add(commands, "predict", "predict with a saved model", _PREDICT)
    made.add_argument("file", metavar="FILE", help="a .keras or .h5 file")
    made.add_argument("data", metavar="DATA", help="as for train; columns are found by their names")
    made.add_argument("--out", metavar="FILE", help="write CSV there instead of to the terminal")
    made.add_argument("--probabilities", action="store_true", help="a column for each class")
    _add_reading(made)


def _add_run(commands: Any) -> None:
    made = _add(commands, "run", "run a script or a notebook that was written for Keras or TensorFlow", _RUN)
    made.add_argument(
        "--figures", metavar="FOLDER", help="save a notebook's figures there (default: they are not shown)"
    )
    made.add_argument("program", metavar="SCRIPT|NOTEBOOK")
    made.add_argument("arguments", nargs=argparse.REMAINDER, help="of the script")


def _add_bench(commands: Any) -> None:
    text = "train on digits beside NumPy and what else is installed: scikit-learn, PyTorch, JAX, Keras"
    made = _add(commands, "bench", text, "example:\n  pynn bench --only pynn,numpy,torch --rounds 7")
    made.add_argument("--rounds", type=_count, default=5, metavar="N", help="epochs of each, in turn (default: 5)")
    made.add_argument("--rows", type=_count, default=5000, metavar="N", help="digits of an epoch (default: 5000)")
    made.add_argument("--only", type=_names, metavar="A,B", help="numpy, scikit-learn, torch, jax, keras")


def _sizes(text: str) -> list[int]:
    sizes = [int(part) for part in text.split(",") if part.strip()] if text.replace(",", "").strip().isdigit() else [-1]
    if min(sizes) < 0:
        raise argparse.ArgumentTypeError(f"expected numbers of units such as 64 or 64,32, got {text!r}")
    return [size for size in sizes if size]


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number >= 1, got {text!r}")
    return int(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a number, got {text!r}") from None


def _positive(text: str) -> float:
    if not 0 < (value := _number(text)) < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number > 0, got {text!r}")
    return value


def _share(text: str) -> float:
    if not 0 <= (value := _number(text)) < 1:
        raise argparse.ArgumentTypeError(f"expected a share >= 0 and < 1, got {text!r}")
    return value
