"""Muon: orthogonal steps for the matrices of hidden layers, Adam for all other variables."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.options import unit_interval
from pynn.optimizers.surroundings import Pair, Rule
from pynn.plan import Column, Plan, Slot
from pynn.variables import Variable

# What keeps the first division away from zero, in Keras's Newton-Schulz iteration.
_TINY = 1e-7


class Muon(Optimizer):
    """m = μ m + g; w -= η √max(rows, columns) s · orthogonal(g + μ m) for matrices; other variables follow Adam.

    The nearest orthogonal matrix is approached by X ← a X + (b A + c A²) X with A = X Xᵀ, from X = m / |m|.

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.001
        η >= 0.
    adam_beta_1, adam_beta_2, epsilon
        Of Adam.
    adam_weight_decay : float, default 0.004
        For the variables that follow Adam.
    exclude_layers : list of str, optional
        Regular expressions: matrices in whose path one is found follow Adam.
    exclude_embeddings : bool, default True
        Matrices with "embedding" in their path follow Adam.
    muon_a, muon_b, muon_c : float
        Coefficients of the iteration.
    adam_lr_ratio : float, default 1
        Adam's learning rate, as a share of η.
    momentum : float in [0, 1], default 0.95
        μ.
    ns_steps : int, default 5
        Iterations.
    nesterov : bool, default True
        Without it, m takes the place of g + μ m.
    rms_rate : float or None, default 0.2
        s; None for steps of w -= η · orthogonal(…).
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Sources: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"; Liu et al. 2025, "Muon is
    scalable for LLM training", for the size of the steps.

    Examples
    --------
    >>> Muon(0.01).ns_steps
    5
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.7750,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name, **kwargs,
        )  # fmt: skip
        self.adam_beta_1 = unit_interval("Muon", "adam_beta_1", adam_beta_1)
        self.adam_beta_2 = unit_interval("Muon", "adam_beta_2", adam_beta_2)
        self.epsilon, self.adam_weight_decay, self.adam_lr_ratio = epsilon, adam_weight_decay, adam_lr_ratio
        self.muon_a, self.muon_b, self.muon_c = muon_a, muon_b, muon_c
        self.momentum, self.nesterov = unit_interval("Muon", "momentum", momentum), nesterov
        self.ns_steps, self.rms_rate = ns_steps, rms_rate
        self.exclude_layers, self.exclude_embeddings = list(exclude_layers or []), exclude_embeddings

    def _follows_adam(self, variable: Variable) -> bool:
        excluded = self.exclude_embeddings and "embedding" in variable.path.lower()
        return variable.ndim != 2 or excluded or any(re.search(word, variable.path) for word in self.exclude_layers)

    def _build_state(self, variables: list[Variable]) -> None:
        super()._build_state(variables)
        self._state |= {"momentum": [], "velocity": []}
        for variable in variables:
            self._state["momentum"].append(self.add_variable_from_reference(variable, "momentum"))
            adam = self._follows_adam(variable)
            self._state["velocity"].append(self.add_variable_from_reference(variable, "velocity") if adam else None)

    def _operands(self) -> tuple[str, ...]:
        return ("momentum", "velocity")

    def _op(self) -> str:
        return "adam_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        return (self._column("alpha", self._alpha), self.adam_beta_1, self.adam_beta_2, self.epsilon)

    def _alpha(self, count: int) -> np.ndarray:
        """Adam's bias-corrected rate."""
        rest_1, rest_2 = self._rest(self.adam_beta_1, count), self._rest(self.adam_beta_2, count)
        alpha: np.ndarray = self.adam_lr_ratio * self._rate(count) * np.sqrt(rest_2) / rest_1
        return alpha

    def _decay_of(self, variable: Variable) -> float | None:
        if not self._decays(variable):
            return None
        return self.adam_weight_decay if self._follows_adam(variable) else self.weight_decay

    def lower_variable(self, plan: Plan, pair: Pair, rule: Rule, when: Column | None) -> None:
        if self._state["velocity"][pair.number] is not None:
            super().lower_variable(plan, pair, rule, when)
            return
        (m,) = (plan.parameter(v).view(v.size) for v in self._beside(pair.number))
        shape = pair.variable.shape
        g = plan.emit("muon_momentum", pair.gradient, m, scalars=(self.momentum, float(self.nesterov)), when=when)
        step = self._orthogonal(plan, g, shape, when)
        size = 1.0 if self.rms_rate is None else math.sqrt(max(shape)) * self.rms_rate
        rate = self._column("step", lambda count: size * self._rate(count))
        w = plan.parameter(pair.variable).view(pair.variable.size)
        plan.emit("sgd_update", step.view(pair.variable.size), w, scalars=(rate,), when=when)

    def _orthogonal(self, plan: Plan, g: Slot, shape: tuple[int, ...], when: Column | None) -> Slot:
        """Emit the Newton-Schulz iteration; a tall matrix stays as it is, and the products stand on its other side."""

        def combine(x: Slot, y: Slot, a: float, b: float) -> Slot:
            size, shape = math.prod(map(int, x.shape)), x.shape  # type: ignore[arg-type]
            z: Slot = plan.emit("linear_combination", x.view(size), y.view(size), scalars=(a, b), when=when)
            return z.view(*shape)

        norm = plan.emit("sum_squares", g, when=when)
        x: Slot = plan.emit("divide_by_norm", g, norm, scalars=(_TINY,), when=when).view(*shape)
        tall = shape[0] > shape[1]
        for _ in range(self.ns_steps):
            a = plan.emit("matmul_tn" if tall else "matmul_nt", x, x, when=when)
            b = combine(a, plan.emit("matmul_nn", a, a, when=when), self.muon_b, self.muon_c)
            bx = plan.emit("matmul_nt", x, b, when=when) if tall else plan.emit("matmul_nn", b, x, when=when)
            x = combine(x, bx, self.muon_a, 1.0)
        return x

    def get_config(self) -> dict[str, Any]:
        names = (
            "adam_beta_1", "adam_beta_2", "epsilon", "exclude_layers", "muon_a", "muon_b", "muon_c", "adam_lr_ratio",
            "momentum", "ns_steps", "nesterov", "exclude_embeddings", "adam_weight_decay", "rms_rate",
        )  # fmt: skip
        return super().get_config() | {name: getattr(self, name) for name in names}
