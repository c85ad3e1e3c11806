"""Layers: each lowers itself to steps of a plan."""

from __future__ import annotations

from pynn.graph import KerasTensor
from pynn.layers.activation import Activation
from pynn.layers.dense import Dense
from pynn.layers.dropout import Dropout
from pynn.layers.flatten import Flatten
from pynn.layers.input import Input, InputLayer
from pynn.layers.layer import Layer

__all__ = ["Activation", "Dense", "Dropout", "Flatten", "Input", "InputLayer", "KerasTensor", "Layer"]
