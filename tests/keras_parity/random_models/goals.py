"""What a drawn model learns: a loss, the form of its target, the activation that suits it, and metrics."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

CLASSES = 3

# A string, or the name of a class with its settings.
Made = str | tuple[str, dict[str, Any]]

# (form of the target, activation of the output, losses); targets are made in twins.py.
FAMILIES: list[tuple[str, str | None, list[Made]]] = [
    (
        "one_hot",
        "softmax",
        [
            "categorical_crossentropy",
            "kl_divergence",
            "categorical_focal_crossentropy",
            "dice",
            ("CategoricalCrossentropy", {"label_smoothing": 0.1}),
            ("CategoricalFocalCrossentropy", {"alpha": 0.3, "gamma": 1.5, "label_smoothing": 0.1}),
            ("Tversky", {"alpha": 0.3, "beta": 0.6}),
            ("Dice", {"axis": -1}),
        ],
    ),
    (
        "one_hot",
        None,
        [
            "categorical_hinge",
            ("CategoricalCrossentropy", {"from_logits": True}),
            ("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.2}),
            ("CategoricalFocalCrossentropy", {"from_logits": True, "gamma": 2.5}),
            ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}),
            ("BinaryFocalCrossentropy", {"from_logits": True, "apply_class_balancing": True, "alpha": 0.4}),
        ],
    ),
    ("one_hot", "tanh", ["hinge", "squared_hinge"]),
    (
        "one_hot",
        "sigmoid",
        [
            "binary_crossentropy",
            "binary_focal_crossentropy",
            ("BinaryCrossentropy", {"label_smoothing": 0.1}),
            ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "gamma": 1.0, "label_smoothing": 0.1}),
        ],
    ),
    (
        "labels",
        "softmax",
        [
            "sparse_categorical_crossentropy",
            ("CategoricalGeneralizedCrossEntropy", {"q": 0.7}),
            ("SparseCategoricalCrossentropy", {"ignore_class": 1}),
        ],
    ),
    (
        "labels",
        None,
        [
            ("SparseCategoricalCrossentropy", {"from_logits": True}),
            ("SparseCategoricalCrossentropy", {"from_logits": True, "ignore_class": 0}),
        ],
    ),
    ("binary", "sigmoid", ["binary_crossentropy", "bce", ("BinaryFocalCrossentropy", {"gamma": 3.0}), "mse"]),
    ("binary", None, [("BinaryCrossentropy", {"from_logits": True}), "hinge", "squared_hinge"]),
    (
        "numbers",
        None,
        [
            "mse",
            "mae",
            "mape",
            "huber",
            "log_cosh",
            "cosine_similarity",
            ("Huber", {"delta": 0.4}),
            ("CosineSimilarity", {"axis": -1}),
            ("MeanSquaredError", {}),
        ],
    ),
    ("positive", "softplus", ["msle", "poisson", ("Poisson", {}), ("MeanSquaredLogarithmicError", {})]),
]
COUNTS: list[Made] = [
    ("AUC", {"num_thresholds": 20}),
    ("AUC", {"num_thresholds": 11, "curve": "PR", "summation_method": "majoring"}),
    ("AUC", {"multi_label": True, "num_thresholds": 9}),
    ("Precision", {"thresholds": [0.3, 0.6]}),
    ("Precision", {"top_k": 2}),
    ("Precision", {"class_id": 1}),
    ("Recall", {}),
    ("Recall", {"class_id": 2, "thresholds": 0.4}),
    ("TruePositives", {"thresholds": 0.4}),
    ("FalseNegatives", {}),
    ("SensitivityAtSpecificity", {"specificity": 0.5, "num_thresholds": 15}),
    ("PrecisionAtRecall", {"recall": 0.5, "num_thresholds": 15}),
    ("BinaryAccuracy", {"threshold": 0.4}),
]
ERRORS: list[Made] = [
    *("mae mse mape RootMeanSquaredError cosine_similarity r2_score").split(),
    ("LogCoshError", {}),
    ("R2Score", {"class_aggregation": "variance_weighted_average"}),
    ("PearsonCorrelation", {}),
    ("ConcordanceCorrelation", {}),
]
METRICS: dict[str, list[Made]] = {
    "one_hot": [
        *("accuracy acc mse categorical_accuracy cosine_similarity hinge categorical_hinge").split(),
        ("TopKCategoricalAccuracy", {"k": 2}),
        ("F1Score", {"average": "macro"}),
        ("FBetaScore", {"beta": 2.0, "average": "weighted"}),
        ("OneHotMeanIoU", {"num_classes": CLASSES}),
    ],
    "labels": [
        *("accuracy acc sparse_categorical_accuracy").split(),
        ("SparseTopKCategoricalAccuracy", {"k": 2}),
        ("MeanIoU", {"num_classes": CLASSES, "sparse_y_pred": False}),
        ("IoU", {"num_classes": CLASSES, "target_class_ids": [0, 2], "sparse_y_pred": False}),
    ],
    "binary": ["accuracy", "acc", "mse", "binary_accuracy", "hinge"],
    "numbers": ERRORS,
    "positive": [*ERRORS, "msle", "poisson"],
}
PROBABLE: dict[str, list[Made]] = {
    "one_hot": [*COUNTS, "kl_divergence", "binary_crossentropy", "categorical_crossentropy"],
    "labels": ["sparse_categorical_crossentropy", ("SparseCategoricalCrossentropy", {"ignore_class": 1})],
    "binary": [m for m in COUNTS if "top_k" not in m[1] and "class_id" not in m[1]],
}


@dataclasses.dataclass
class Goal:
    """One output: `node` is set once its layer is drawn."""

    loss: Made
    target: str
    activation: str | None
    units: int
    metrics: list[Made]
    weighted: list[Made]
    node: int = -1


def draw_goal(random: np.random.Generator) -> Goal:
    target, activation, losses = FAMILIES[random.integers(len(FAMILIES))]
    loss = losses[random.integers(len(losses))]
    if not isinstance(loss, str) and random.random() < 0.3:
        loss = loss[0], loss[1] | {"reduction": str(random.choice(["sum", "mean_with_sample_weight"]))}
    found = [*METRICS[target], *(PROBABLE.get(target, []) if activation in ("softmax", "sigmoid") else [])]
    picked = [found[i] for i in random.permutation(len(found))[: random.integers(0, 5)]]
    cut = len(picked) if random.random() < 0.6 else len(picked) // 2
    return Goal(loss, target, activation, 1 if target == "binary" else CLASSES, picked[:cut], picked[cut:])
