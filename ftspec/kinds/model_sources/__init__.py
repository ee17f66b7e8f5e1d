"""Where a model's files are. One file a source."""

from __future__ import annotations

import json
from abc import abstractmethod
from pathlib import Path

from ftspec.spec.kind import Kind


class ModelSource(Kind):
    """Where a model's files are."""

    @abstractmethod
    def folder(self, root: Path) -> Path | None:
        """The local folder with config, tokenizer and weights, or None when it must be fetched first."""

    @abstractmethod
    def fetch(self, root: Path) -> Path:
        """The local folder with every file in place, downloaded where needed. Raises `CannotRun`."""

    @property
    @abstractmethod
    def title(self) -> str:
        """For people: `meta-llama/Llama-3.1-8B at d04e592`."""


def missing_files(folder: Path) -> list[str]:
    """The files without which a model folder cannot be trained from; only safetensors count as weights."""
    missing = [] if (folder / "config.json").is_file() else ["config.json"]
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return missing + ([] if (folder / "model.safetensors").is_file() else ["model.safetensors"])
    shards = sorted(set(json.loads(index.read_text("utf-8"))["weight_map"].values()))
    return missing + [shard for shard in shards if not (folder / shard).is_file()]
