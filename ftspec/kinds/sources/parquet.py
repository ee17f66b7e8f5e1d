"""`parquet("data/train.parquet")`: a columnar file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ftspec.kinds.sources import BadRow, RawRow
from ftspec.kinds.sources._files import FileSource


class Parquet(FileSource):
    """Apache Parquet, read batch by batch with pyarrow. NaN counts as null, and maps are objects.

    Objects in messages and tools lose the keys that are null: a table fills in those that other rows have.
    """

    valid: ClassVar[tuple[str, ...]] = ('parquet("data/train.parquet")', 'parquet("data")')
    invalid: ClassVar[tuple[str, ...]] = ("parquet()",)
    suffixes: ClassVar[tuple[str, ...]] = (".parquet",)

    def parsed(self, file: Path, name: str) -> Iterator[RawRow | BadRow]:
        """The rows in order."""
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile

        from ftspec.kinds.sources._columns import menders

        number = 0
        try:
            with ParquetFile(file) as table:
                mend = menders(table.schema_arrow)
                for batch in table.iter_batches(batch_size=1024):
                    for fields in batch.to_pylist():
                        number += 1
                        fields.update({key: change(fields[key]) for key, change in mend.items()})
                        yield RawRow(name, number, fields)
        except ArrowException as error:
            yield BadRow(
                name,
                number,
                f"is not Parquet: {str(error).rstrip('.')}",
                "write the file again, uncompressed around Parquet",
            )
