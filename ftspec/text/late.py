"""`late_references`: annotations in quotes that are compiled when somebody reads them.

`typing` compiles each when its class is made. pydantic's own schema types have six hundred, which nobody reads: a tenth
of the start-up of `ftspec check`.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def late_references() -> Iterator[None]:
    """Within it, `typing` keeps the text of an annotation, which `eval` takes as well as its code."""
    module = vars(typing)
    module["compile"] = lambda text, *_: text
    try:
        yield
    finally:
        del module["compile"]
