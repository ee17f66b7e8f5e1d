"""Names, shapes and number formats of a model's weights, from the headers of its safetensors files alone.

Format: eight bytes with the header's length, little-endian, then a JSON object (huggingface/safetensors, README).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

_LONGEST = 100_000_000
"""The safetensors library refuses a longer header too."""

INDEX = "model.safetensors.index.json"

_FORMATS = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}


class BadWeights(Exception):
    """Raised where a safetensors file is damaged or a shard is not there; becomes a diagnostic."""


@dataclass(frozen=True)
class Stored:
    """One tensor as a file holds it."""

    shape: tuple[int, ...]
    dtype: str
    """`F16`, `BF16`, `F32`, `U8`, …"""


def weight_files(folder: Path) -> tuple[Path, ...]:
    """The safetensors files of a model, by its index where there is one. Raises `BadWeights` for a missing shard."""
    index = folder / INDEX
    if not index.is_file():
        return tuple(sorted(folder.glob("*.safetensors")))
    names = sorted(set(_weight_map(index).values()))
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise BadWeights(f"`{missing[0]}` is in {INDEX} but not in the folder")
    return tuple(folder / name for name in names)


def stored_tensors(files: tuple[Path, ...]) -> dict[str, Stored]:
    """Every tensor of the files by name. Raises `BadWeights` where a header cannot be believed."""
    return {name: tensor for file in files for name, tensor in _header(file)}


def number_format(tensors: Mapping[str, Stored]) -> str | None:
    """The number format that most parameters are stored in, by torch's name; None where none is a float."""
    sizes: Counter[str] = Counter()
    for tensor in tensors.values():
        if tensor.dtype in _FORMATS:
            sizes[_FORMATS[tensor.dtype]] += prod(tensor.shape)
    return sizes.most_common(1)[0][0] if sizes else None


def _weight_map(index: Path) -> dict[str, str]:
    try:
        record = json.loads(index.read_bytes())
        found = record["weight_map"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadWeights(f"{INDEX} has no weight map") from error
    if not isinstance(found, dict) or not all(_plain_name(name) for name in found.values()):
        raise BadWeights(f"{INDEX} names something that is not a file of the folder")
    return found


def _plain_name(name: Any) -> bool:
    return isinstance(name, str) and name == Path(name).name and name.endswith(".safetensors")


def _header(file: Path) -> Iterator[tuple[str, Stored]]:
    size = file.stat().st_size
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if size < 8 or not 2 <= length <= min(_LONGEST, size - 8):
            raise BadWeights(f"`{file.name}` is not a safetensors file, or was cut short")
        text = stream.read(length)
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadWeights(f"`{file.name}` has a damaged header") from error
    if not isinstance(record, dict):
        raise BadWeights(f"`{file.name}` has a damaged header")
    for name, entry in record.items():
        if name != "__metadata__":
            yield name, _stored(file, name, entry, size - 8 - length)


def _stored(file: Path, name: str, entry: Any, room: int) -> Stored:
    try:
        shape, dtype, (start, end) = tuple(entry["shape"]), entry["dtype"], entry["data_offsets"]
        whole = all(isinstance(each, int) and each >= 0 for each in (*shape, start, end)) and isinstance(dtype, str)
    except (KeyError, TypeError, ValueError):
        whole, shape, dtype, start, end = False, (), "", 0, 0
    if not whole or not start <= end <= room:
        raise BadWeights(f"`{file.name}` was cut short: `{name}` lies outside of it")
    return Stored(shape, dtype)
