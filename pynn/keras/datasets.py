"""`keras.datasets`: the names students import; each is defined in `pynn.datasets`."""

from importlib import import_module
from types import ModuleType

from pynn import datasets as _datasets


def _shown(name: str) -> ModuleType:
    """The functions of a data set that Keras has, too, without those that pynn reads its files by."""
    module = import_module(f"{_datasets.__name__}.{name}")
    shown = ModuleType(f"{__name__}.{name}", module.__doc__)
    names = [n for n in ("load_data", "get_word_index", "get_label_names") if hasattr(module, n)]
    vars(shown).update({n: getattr(module, n) for n in names}, __all__=names, __file__=module.__file__)
    return shown


boston_housing = _shown("boston_housing")
california_housing = _shown("california_housing")
cifar10 = _shown("cifar10")
cifar100 = _shown("cifar100")
digits = _shown("digits")
fashion_mnist = _shown("fashion_mnist")
imdb = _shown("imdb")
mnist = _shown("mnist")
reuters = _shown("reuters")

__all__ = [
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "digits",
    "fashion_mnist",
    "imdb",
    "mnist",
    "reuters",
]
