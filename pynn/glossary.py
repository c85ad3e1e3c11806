"""What the arguments of `keras.ops` mean, said once: the names are the same in all of its functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_ARRAY = "array_like"
_WORDS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("x", "x1", "x2", "y", "a", "b", "array", "inputs", "tensor", "abs_", "angle"), (_ARRAY, "")),
    **dict.fromkeys(("data", "values", "weights", "target", "output", "targets", "predictions"), (_ARRAY, "")),
    "abs_": (_ARRAY, "Distances from 0."),
    "adjoint": ("bool", ""),
    "alpha": ("float", "The scale of the curve, or the shape of the distribution."),
    "approximate": ("bool", "Take tanh in the place of erf."),
    "assume_unique": ("bool", "That no element stands twice makes it faster; here it makes no difference."),
    "axes": ("int, sequence of int, or pair of them", "Axes, from 0, or from the end if negative."),
    "axes_lengths": ("int", "Sizes of the pattern's names."),
    "axis": ("int or tuple of int, optional", "Counted from 0, or from the end if negative; None: all elements."),
    "axis1": ("int", "The axis of rows."),
    "axis2": ("int", "The axis of columns."),
    "axisa": ("int", "Where the vectors of x1 stand."),
    "axisb": ("int", "Where the vectors of x2 stand."),
    "axisc": ("int", "Where those of the result shall stand."),
    "base": ("float", ""),
    "beta": (_ARRAY, "The second shape, or what is added after scaling."),
    "bias": (_ARRAY + ", optional", "Added to the scores."),
    "bins": ("int or array_like", "How many intervals, or their edges."),
    "body": ("callable", "body(*loop_vars) gives the next loop_vars."),
    "body_fun": ("callable", "body_fun(i, value) gives the next value."),
    "branches": ("sequence of callable", ""),
    "choicelist": ("sequence of array_like", ""),
    "compute_uv": ("bool", "Give u and v too."),
    "cond": ("callable", "cond(*loop_vars) says whether to go on."),
    "condition": (_ARRAY + " of bool", ""),
    "condlist": ("sequence of array_like of bool", ""),
    "constant_values": ("float, optional", "What to pad with; 0 if not given."),
    "counts": (_ARRAY, "Numbers of trials."),
    "decimals": ("int", "Digits after the point; negative ones before it."),
    "default": ("float", ""),
    "default_value": ("float", "What stands at and below the threshold."),
    "destination": ("int or sequence of int", "Where they shall stand."),
    "dtype": ("str, optional", "Type of the result."),
    "dx": ("float", "Distance of the points if x is not given."),
    "elements": ("array_like or structure of them", ""),
    "elems": ("array_like or structure of them", ""),
    "endpoint": ("bool", "Whether the last number is `stop`."),
    "epsilon": ("float", "Keeps the division away from 0."),
    "equal_nan": ("bool", "Whether NaN counts as equal to NaN."),
    "excluded": ("set, optional", "Arguments that are not arrays."),
    "f": ("callable", ""),
    "false_fn": ("callable", "Called without arguments."),
    "fill_value": ("float", ""),
    "flash_attention": ("bool, optional", "Accepted for Keras's sake."),
    "from_logits": ("bool", "Whether `output` holds scores in the place of probabilities."),
    "full_matrices": ("bool", "Give all columns of u and rows of vᵀ, also where s has no value for them."),
    "fun": ("callable", ""),
    "function": ("callable", ""),
    "gamma": (_ARRAY + ", optional", "What is multiplied with after scaling."),
    "has_aux": ("bool", "Whether the function returns something more."),
    "increasing": ("bool", "Rising powers."),
    "index": ("int", ""),
    "indexing": ('{"xy", "ij"}', "Whether the first array lies along the second axis or the first."),
    "indices": (_ARRAY + " of int", ""),
    "indices_or_sections": ("int or sequence of int", "The number of parts, or where they end."),
    "init": ("structure of array_like", "What is carried at first."),
    "init_val": ("anything", "The first value."),
    "initial": ("float, optional", "One more element."),
    "invert": ("bool", "Whether it is none of them."),
    "is_causal": ("bool", "Whether no place sees those after it."),
    "k": ("int", "A diagonal, upwards from 0 for the main one; or a number of things."),
    "keepdims": ("bool", "Whether the axes stay, with size 1."),
    "key": ("int, slice, array of int or bool, None, ..., or tuple of them", ""),
    "kth": ("int", ""),
    "length": ("int, optional", "The number of steps if `xs` is not given."),
    "logits": (_ARRAY, "Logarithms of probabilities, up to a number for each row."),
    "loop_vars": ("tuple or list", "The first values."),
    "lower": ("int or bool", "Where the loop begins; whether the lower triangle counts."),
    "M": ("int, optional", "Columns; as many as rows if not given."),
    "mask": (_ARRAY + " of bool, optional", "Which pairs count."),
    "max_val": ("float", "The largest value that a signal can have."),
    "maximum_iterations": ("int, optional", ""),
    "maxval": ("float", "The end of the range, not included."),
    "mean": (_ARRAY, "The centre."),
    "method": ("str", "What lies between two elements, in NumPy's words."),
    "minlength": ("int", "The least size of the result."),
    "minval": ("float", "The start of the range."),
    "mode": ("str", "In NumPy's words."),
    "N": ("int", "Rows, or columns of powers."),
    "n": ("int", "How often, or how large."),
    "nan": ("float", "What stands for NaN."),
    "negative_slope": ("float", "Output per unit of negative input."),
    "neginf": ("float, optional", "What stands for -∞."),
    "newshape": ("int or tuple of int", ""),
    "noise_shape": ("tuple of int, optional", "The shape of what is drawn, which is then broadcast."),
    "num": ("int, optional", "How many."),
    "num_classes": ("int", ""),
    "num_samples": ("int", "Draws for each row."),
    "num_segments": ("int, optional", "The largest number plus one if not given."),
    "offset": ("int or array_like", "The diagonal, upwards from 0 for the main one; or what is added after scaling."),
    "operands": ("array_like", ""),
    "ord": ('float, "fro" or "nuc", optional', "Which length."),
    "order": ("int", "Which length: (Σ |x|^order)^(1/order)."),
    "pad_width": ("int, pair, or pair for each axis", "Elements before and after."),
    "pattern": ("str", "Names of axes on both sides of an arrow, in the manner of einops."),
    "posinf": ("float, optional", "What stands for ∞."),
    "pred": ("bool", ""),
    "primals": ("tuple of array_like", "The arguments."),
    "probabilities": (_ARRAY, "In [0, 1]."),
    "pyfunc": ("callable", ""),
    "q": (_ARRAY, "Shares in [0, 1], or percentages."),
    "query": (_ARRAY + ", shape (n, t, heads, k)", ""),
    "ragged": ("bool, optional", "True is an error: pynn has none such."),
    "range": ("pair of float, optional", "From where to where; the smallest to the largest element if not given."),
    "rate": ("float", "The share that is dropped, in [0, 1)."),
    "rcond": ("float, optional", "Singular values below this share of the largest count as 0."),
    "reduction": ('{"add", "max", "min", "mul"}, optional', "How to join new elements with old ones."),
    "repeats": ("int or sequence of int", ""),
    "retstep": ("bool", "Give the distance too."),
    "return_counts": ("bool", "Give how often each stands there."),
    "return_index": ("bool", "Give where each stands first."),
    "return_inverse": ("bool", "Give which one each element is."),
    "reverse": ("bool", "From the last to the first."),
    "rtol": ("float", "Difference allowed, as a share of x2."),
    "atol": ("float", "Difference allowed."),
    "scale": ("array_like, optional", "What is multiplied with."),
    "seed": ("int or SeedGenerator, optional", "An int gives the same numbers each time; None draws new ones."),
    "segment_ids": (_ARRAY + " of int", "The segment of each row; rows with others are left out."),
    "sequence_length": ("int", ""),
    "sequence_stride": ("int", ""),
    "shape": ("tuple of int", ""),
    "shift": ("int or sequence of int", ""),
    "side": ('{"left", "right"}', "Before or after equal ones."),
    "signature": ("str, optional", "Core axes, in NumPy's words."),
    "size": ("int, optional", "How many to give."),
    "sorted": ("bool", "Whether the result is in order, or the segments are."),
    "sorted_sequence": (_ARRAY, "Rising."),
    "source": ("int or sequence of int", "Where they stand."),
    "sparse": ("bool", "True is an error: pynn has none such."),
    "start": (_ARRAY, ""),
    "start_indices": ("sequence of int", "The block's first place along each axis."),
    "stddev": (_ARRAY, "The standard deviation."),
    "step": ("float, optional", "1 if not given."),
    "stop": (_ARRAY, ""),
    "subscripts": ("str", 'Such as "ij,jk->ik".'),
    "synchronized": ("bool", "Accepted for Keras's sake: there is one process."),
    "tangents": ("tuple of array_like", "The direction, like the arguments."),
    "threshold": ("float", ""),
    "tol": ("float, optional", ""),
    "true_fn": ("callable", "Called without arguments."),
    "unroll": ("int or bool", "Accepted for Keras's sake."),
    "updates": (_ARRAY, ""),
    "upper": ("int or bool", "Where the loop ends, not included; whether the upper triangle counts."),
    "value": (_ARRAY + ", shape (n, s, heads, v)", ""),
    "variable": ("array_like or Variable", ""),
    "variance": (_ARRAY, ""),
    "x_max": (_ARRAY, ""),
    "x_min": (_ARRAY, ""),
    "xs": ("sequence of array_like, or array_like", ""),
}
_WORDS["attn_logits_soft_cap"] = ("float, optional", "Limit the scores smoothly to so much either way.")


def names_of_parameters(function: Callable[..., Any]) -> list[str]:
    """Names as in `inspect.signature`, which takes ten times as long."""
    code = inspect.unwrap(function).__code__
    plain, named = code.co_argcount, code.co_kwonlyargcount
    starred = bool(code.co_flags & inspect.CO_VARARGS)
    names, rest = code.co_varnames, plain + named
    last = names[rest + starred : rest + starred + bool(code.co_flags & inspect.CO_VARKEYWORDS)]
    return [*names[:plain], *names[rest : rest + starred], *names[plain:rest], *last]


def with_parameters(function: Callable[..., Any]) -> str | None:
    """The docstring of a function with a section on its parameters, and its examples in a section of their own."""
    text = inspect.getdoc(function)
    if text is None or function.__name__.startswith("_"):
        return text
    said, arrow, examples = text.partition(">>>")
    lines = [line for name in names_of_parameters(function) if name != "kwargs" for line in _entry(name)]
    parameters = ["Parameters", "-" * len("Parameters"), *lines, ""] if lines else []
    return "\n".join([said.rstrip(), "", *parameters, "Examples", "-" * len("Examples"), arrow + examples])


def _entry(name: str) -> list[str]:
    kind, meaning = _WORDS[name]
    return [f"{name} : {kind}", *([f"    {meaning}"] if meaning else [])]


def described(function: Function) -> Function:
    """Give a function of `keras.ops` the section on its parameters."""
    function.__doc__ = with_parameters(function)
    return function
