"""The files of a model folder that decide about tokens, and their hash."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "chat_template.json",
    "generation_config.json",
)
"""Those that are there are read."""


def tokenizer_hash(folder: Path, chat_template: str | None = None, added_tokens: Iterable[str] = ()) -> str:
    """SHA-256 over all that decides about tokens; reads the files and imports nothing heavy."""
    digest = sha256(json.dumps([chat_template, list(added_tokens)]).encode())
    extra = sorted((folder / "additional_chat_templates").glob("*.jinja"))
    for path in [*(folder / name for name in FILES), *extra]:
        if path.is_file():
            digest.update(f"\0{path.name}\0".encode() + sha256(path.read_bytes()).digest())
    return digest.hexdigest()
