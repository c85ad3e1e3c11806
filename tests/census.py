"""Rows of the census of courses: whether pynn does what a row says, tried out kind by kind."""

from __future__ import annotations

import functools
import inspect
import re
import warnings

import numpy as np

from pynn import keras, tf
from tests import census_programs

ROOTS = {"keras": keras, "tf": tf}

# What belongs to other frameworks.
LATER = re.compile(r"TFSMLayer")
# Rows that are not pynn's to answer, with the reason.
NOT_OURS = {
    "optimizer='optimizer'": "a mistake of the course, which Keras refuses, too",
    "monitor='val_prc'": "the name that a course gives a metric of its own",
    "model.evaluate(input_fn=)": "tf.estimator, which TensorFlow has given up",
    "tf.get_collection": "sessions of TensorFlow 1, which Keras 3 has not either",
    "keras.Model: _stack": "the course's own method",
    "keras.Model: adapt": "the course's own method",
    "keras.callbacks.Callback: _interpolate": "the course's own method",
    "model.score": "an estimator of scikit-learn",
    "model.score(X=)": "an estimator of scikit-learn",
    "layer.append": "a list of the course's",
    "layer.get_layer": "a model that the course calls layer",
    "layer.vocabulary_size": "a layer that reads text",
}
# Attributes of models that a course sets itself, or of things that it calls model and that are none.
THEIR_OWN = set(
    "X adapt b b.assign_sub b.numpy w w.assign_sub w.numpy y g decoder decoder.summary encoder encoder.summary "
    "gradient hidden_1 hidden_1.get_weights init_op inverse_transform mean_cost mse norm_layer_deep "
    "norm_layer_deep.adapt norm_layer_wide norm_layer_wide.adapt parameters reshape squeeze train "
    "transform z_net zero_grad".split()
)


def resolve(path):
    """What stands at a path of keras or tf."""
    found = ROOTS[path.partition(".")[0]]
    for word in path.split(".")[1:]:
        found = getattr(found, word)
    return found


def check(row):
    """None if the row works, else what is wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return KINDS[row["kind"]](row["name"])
    except Exception as error:  # whatever a course would see
        return f"{type(error).__name__}: {error}"


def name(path):
    """A name of keras or tf; data of other packages is none."""
    if path.partition(".")[0] in ROOTS:
        resolve(path)


def keyword(form):
    path, argument = re.fullmatch(r"(.*)\((.*)=\)", form).groups()
    if form in census_programs.KEYWORDS:
        return census_programs.KEYWORDS[form]()
    if path.startswith("model."):
        path = f"keras.Model.{path.removeprefix('model.')}"
    parameters = inspect.signature(resolve(path)).parameters
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    return None if argument in parameters or argument == "**" or takes_any else f"{path} takes {list(parameters)}"


def positional(form):
    path, count = re.fullmatch(r"(.*) with (\d) positional arguments", form).groups()
    bound = path.startswith("model.")
    path = f"keras.Model.{path.removeprefix('model.')}" if bound else path
    inspect.signature(resolve(path)).bind(*range(int(count) + bound))


@functools.cache
def lived():
    """A model that was trained, its layer, a layer that adapts, and the history."""
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="first"), keras.layers.Dropout(0.5)])
    model.compile("sgd", "mse")
    history = model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    return {"model": model, "layer": model.layers[0], "history": history, "self": history}


def attribute(path):
    owner, _, words = path.partition(".")
    if owner == "model" and words in THEIR_OWN:
        return setattr(lived()["model"], f"their_{words.partition('.')[0]}", tf.Variable(1.0))
    found = {"layer.adapt": keras.layers.Normalization(), "layer.mean": keras.layers.Normalization(mean=0, variance=1)}
    found["layer.rate"] = lived()["model"].layers[1]
    start = found.get(path, lived()[owner])
    if path == "layer.mean":
        start.build((None, 3))
    for word in words.split("."):
        start = getattr(start, word)
    return None


def method(path):
    owner, _, word = path.partition(".")
    owners = (keras.Model, keras.Sequential) if owner == "model" else (keras.layers.Layer, keras.layers.Normalization)
    return None if any(hasattr(cls, word) for cls in owners) else f"no {word}"


def subclass_method(form):
    path, hook = form.split(": ")
    cls, hook = resolve(path), hook.removeprefix("self.")
    if cls is keras.callbacks.Callback and hook == "model":
        return cls().model
    if hook == "__len__":  # which a subclass has to write
        return None if len(type(path, (cls,), {hook: lambda self: 3})()) == 3 else "length"
    return None if hasattr(cls, hook) else f"{path} has no {hook}"


def string(form):
    argument, value = re.fullmatch(r"(\w+)='(.*)'", form).groups()
    return census_programs.STRINGS[argument](value)


def history_key(form):
    return census_programs.history_has(re.fullmatch(r"history\.history\['(.*)'\]", form).group(1))


def program(form):
    return census_programs.PROGRAMS[form]()


KINDS = {
    "api": name,
    "data": name,
    "subclass": name,
    "imported, never used": name,
    "keyword": keyword,
    "positional": positional,
    "attribute": attribute,
    "method": method,
    "subclass method": subclass_method,
    "string": string,
    "history key": history_key,
    "argument shape": program,
    "style": program,
    "tensor": program,
}
