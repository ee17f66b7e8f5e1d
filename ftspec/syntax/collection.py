"""Reading without the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

_Result = TypeVar("_Result")
_Argument = TypeVar("_Argument")


def uncollected(function: Callable[[_Argument], _Result]) -> Callable[[_Argument], _Result]:
    """The function, run while the collector of cycles stands still.

    A parse makes many small objects and no cycle among them. The collector would look at all of them over and over,
    which makes the time grow faster than the file.
    """

    @wraps(function)
    def run(argument: _Argument) -> _Result:
        was = gc.isenabled()
        gc.disable()
        try:
            return function(argument)
        finally:
            if was:
                gc.enable()

    return run
