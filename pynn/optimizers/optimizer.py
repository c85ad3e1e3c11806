"""What every optimizer is: settings, an iteration counter, state beside each weight, and steps that update weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np

from pynn import config, naming
from pynn.optimizers import by_hand, eager, options, surroundings
from pynn.optimizers.decay import WeightDecay
from pynn.optimizers.rate import Rate
from pynn.optimizers.state import State
from pynn.optimizers.surroundings import Pair, Rule
from pynn.plan import Column, Plan
from pynn.variables import Variable


class Optimizer(Rate, State, WeightDecay):
    """Turns gradients into changes of weights.

    The order within a step: accumulate gradients, clip them, decay the weights, update them, average them, overwrite
    them with the average, constrain them, count.

    Parameters
    ----------
    learning_rate : float, LearningRateSchedule or callable
        Size of a step, >= 0; or the schedule it follows; or a function without arguments that returns it.
    weight_decay : float, optional
        Before each update, every weight loses this share of itself, times the learning rate.
    clipnorm : float, optional
        Greatest Euclidean norm of the gradient of each variable; longer ones are scaled to it.
    clipvalue : float, optional
        Greatest absolute value of each element of a gradient.
    global_clipnorm : float, optional
        Greatest norm of all gradients together.  Only one of the three may be given.
    use_ema : bool, default False
        Keep exponential moving averages of the weights; `fit` ends by writing them into the weights.
    ema_momentum : float in [0, 1], default 0.99
        How much of the past the averages keep.
    ema_overwrite_frequency : int, optional
        Write the averages into the weights after each so-many-th update.
    loss_scale_factor : float, optional
        `apply` divides gradients by it, for losses multiplied by `scale_loss`.  In `fit` both cancel out: the core
        computes in float32 or float64, where nothing underflows.
    gradient_accumulation_steps : int >= 2, optional
        Update once in so many batches, with the mean of their gradients.
    name : str, optional
    **kwargs
        ``lr`` and ``decay``, the spellings of Keras 1 and 2, work with a warning.

    Attributes
    ----------
    iterations : Variable
        Updates done.
    variables : list of Variable
        iterations, learning rate, then the state beside each weight.

    Raises
    ------
    ValueError
        If an argument is unknown or out of range, or several kinds of clipping are asked for.

    Notes
    -----
    A subclass with an algorithm of its own defines ``update_step(gradient, variable, learning_rate)`` in terms of
    arrays, and ``build(variables)`` if it keeps state (`add_variable_from_reference`); Python then runs in each batch.

    Examples
    --------
    >>> optimizer = keras.optimizers.SGD(0.1)
    >>> optimizer.learning_rate = 0.05
    >>> round(float(optimizer.learning_rate), 3)
    0.05
    """

    exchange: Any = None  # of gradients with other processes: `pynn.distributed.DistributedOptimizer` sets it

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        learning_rate = options.older_spellings(type(self), learning_rate, kwargs)
        self.name = name or naming.auto_name(type(self).__name__)
        self.weight_decay = weight_decay
        self.clipnorm, self.clipvalue, self.global_clipnorm = clipnorm, clipvalue, global_clipnorm
        self.use_ema, self.ema_momentum = use_ema, ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        options.check(self)
        self._start_state()
        self._iterations = self._tracked(Variable(0, dtype="int32", trainable=False, name="iteration"))
        self._start_rate(learning_rate)
        self._real: np.dtype[Any] = np.dtype(config.floatx())  # of the weights
        self._applied: dict[Any, eager.Update] = {}

    @property
    def iterations(self) -> Any:
        """Updates done; the batches done are as many times more as gradients are accumulated over."""
        if self.gradient_accumulation_steps:
            return self._iterations.live // self.gradient_accumulation_steps
        return self._iterations

    @property
    def is_builtin(self) -> bool:
        """Whether the update is one of pynn's ops, so that no Python runs between batches."""
        own = ("update_step", "apply", "apply_gradients")
        return bool(self._op()) and all(getattr(type(self), m).__module__.startswith("pynn.") for m in own)

    def build(self, variables: Sequence[Variable]) -> None:
        """Make the state beside each variable.

        Parameters
        ----------
        variables : list of Variable
            The trainable weights.

        Raises
        ------
        ValueError
            If it was built for other variables before.
        """
        if not self.built:
            self._build_state(list(variables))
        elif list(map(id, variables)) != [id(v) for v in self._trainable_variables]:
            raise ValueError(
                f"Optimizer {self.name!r} cannot be called for variables it was not built with. After changing "
                "layers or `trainable` call compile again, with a new optimizer; each model needs one of its own."
            )

    def lower(self, plan: Plan, variables: Sequence[Variable]) -> None:
        """Emit what a step does to each variable that has a gradient in the plan."""
        if self.is_builtin or not self.built:
            self.build(list(variables))
        self._real = plan.dtype
        plan.phase = "update"
        if self.is_builtin:
            surroundings.lower(self, plan)
            plan.counters.append(self._iterations.live)
        else:
            by_hand.lower(self, plan)

    def lower_variable(self, plan: Plan, pair: Pair, rule: Rule, when: Column | None) -> None:
        """Emit the update of one variable."""
        flat = [plan.parameter(v).view(v.size) for v in (pair.variable, *self._beside(pair.number))]
        plan.emit(rule.op, pair.gradient, *flat, scalars=rule.scalars, when=when)

    def _lower_shared(self, plan: Plan, when: Column | None) -> None:
        """Emit what happens once before the updates."""

    def _beside(self, number: int) -> list[Variable]:
        """The state beside a trainable variable, in the order of the op's operands."""
        return [v for name in self._operands() if (v := self._state[name][number]) is not None]

    def _decaying_op(self) -> str:
        """Name of an op that decays the weights, too: with rate times decay as a further scalar.  Empty: none."""
        return ""

    def _op(self) -> str:
        """Name of the op that updates a variable; empty where a user's `update_step` does."""
        return ""

    def _scalars(self) -> tuple[float | Column, ...]:
        """Scalars of the op."""
        return ()

    def _cast(self, value: float) -> float:
        """A setting in the type of the weights, where Keras casts it: float32's 0.999 is 0.99900001."""
        return float(self._real.type(value))

    def _updates(self, count: int) -> np.ndarray:
        """Updates done before each of the next `count` batches."""
        return self._batches(count) // (self.gradient_accumulation_steps or 1)

    def _rest(self, beta: float, count: int) -> np.ndarray:
        """1 - βᵗ in the next `count` batches; t counts updates from 1.

        From βᵗ < e⁻³⁸ on that is 1, and t goes no further: for powers that are subnormal NumPy takes ten times as long.
        """
        beta = self._cast(beta)
        most = 38 / (1 - beta) if beta < 1 else np.inf
        rest: np.ndarray = 1 - beta ** np.minimum(self._updates(count) + 1.0, most)
        return rest

    def _batches(self, count: int) -> np.ndarray:
        """Batches done before each of the next `count`."""
        return int(self._iterations) + np.arange(count)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change a variable by its gradient; what a subclass with an algorithm of its own defines.

        Parameters
        ----------
        gradient : ndarray
        variable : Variable
        learning_rate : float

        Raises
        ------
        NotImplementedError
            If the subclass does not.
        """
        if not self._op():
            raise NotImplementedError(
                f"{type(self).__name__} must define update_step(gradient, variable, learning_rate)"
            )
        eager.update_step(self, gradient, variable, learning_rate)

    def apply(self, grads: Sequence[Any], trainable_variables: Iterable[Variable] | None = None) -> None:
        """Do one step with gradients computed by hand.

        Parameters
        ----------
        grads : list of array_like
            None where there is no gradient: the variable is left alone, with a warning.
        trainable_variables : list of Variable, optional
            Those of the gradients; the first call builds the optimizer for them.

        Raises
        ------
        ValueError
            If variables are unknown, or their number is not that of the gradients.
        """
        eager.apply(self, grads, trainable_variables)

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Variable:
        """Do one step with pairs of gradient and variable; returns the counter of batches.

        Parameters
        ----------
        grads_and_vars : iterable of (array_like, Variable)
        """
        grads, trainable_variables = zip(*grads_and_vars, strict=True)
        self.apply(grads, trainable_variables)
        return self._iterations

    def scale_loss(self, loss: Any) -> Any:
        """The loss times `loss_scale_factor`."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    @property
    def _model_variables_moving_average(self) -> list[Variable]:
        # Keras's name: SwapEMAWeights looks for it, a user's own callback too.
        return [average for average in self._state.get("average", []) if average is not None]

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Write the moving averages into the weights, if they are kept; `fit` ends with this."""
        if self.use_ema:
            by_hand.overwrite(self, list(var_list))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal optimizer."""
        return {
            "name": self.name,
            "learning_rate": self._rate_config(),
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Self:
        """Make an optimizer from what `get_config` returned.

        Parameters
        ----------
        config : dict
        custom_objects : dict, optional
            Name to class or function, for a learning rate that is not pynn's own.
        """
        return cls(**options.read_rate(config, custom_objects))

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_applied": {}}  # small plans point into memory of their own
