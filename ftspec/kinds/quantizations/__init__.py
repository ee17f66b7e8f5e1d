"""Quantizations: how frozen weights are stored. One file a quantization."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from ftspec.spec.kind import Kind


class Quantization(Kind):
    """How the linear weights of a frozen model are stored."""

    @property
    @abstractmethod
    def bits(self) -> float:
        """Bits for one linear weight, its share of the quantization constants included."""

    @abstractmethod
    def config(self) -> dict[str, Any]:
        """The keyword arguments of `transformers.BitsAndBytesConfig`, dtypes as strings such as `bfloat16`."""
