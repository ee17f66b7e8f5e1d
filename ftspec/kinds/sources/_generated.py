"""Sources whose rows models write while the plan runs, from the prompts of other data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar

from ftspec.kinds.sources import BadRow, RawRow, Source
from ftspec.kinds.writing import Writing
from ftspec.spec.data import Format
from ftspec.spec.types import To, Use


class Generated(Writing, Source):
    """Rows that models write. Each says which model wrote it, from which prompt and with which seed."""

    positional: ClassVar[tuple[str, ...]] = ("model", "prompts")
    format: ClassVar[Format]
    """The shape of the rows where no template says otherwise."""

    row_fields: ClassVar[tuple[str, ...]]
    """The fields of a row."""

    prompts: Annotated[Use, To("data")]
    """The rows whose prompts are answered; what they say themselves after the prompt is not looked at."""

    def files(self, root: Path) -> tuple[Path, ...]:
        """None: the rows are not there before the plan runs."""
        return ()

    def rows(self, file: Path, name: str) -> Iterator[RawRow | BadRow]:
        """None."""
        yield from ()
