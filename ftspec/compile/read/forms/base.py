"""A form is one way a value may be written: it knows which expressions it takes and how to read one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from ftspec.compile.program.scope import Scope
from ftspec.compile.read.context import Context, Missing
from ftspec.syntax.tree import Expression


class Form(ABC):
    """One way a value may be written."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What is due, for messages: `a share such as 15%`."""

    @abstractmethod
    def takes(self, node: Expression) -> bool:
        """Whether the node has this form's shape, right or wrong in detail."""

    @abstractmethod
    def read(self, context: Context, node: Expression, scope: Scope) -> Any | Missing:
        """The value, or `MISSING` with the mistake reported."""
