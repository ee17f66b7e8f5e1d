"""What a model folder says in its small files: config, tokenizer, chat template."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftspec.model.hashes import sha256
from ftspec.plan.facts import FileFacts

_LARGEST = 64 << 20
_READ = ("*.safetensors", "*.json", "*.jinja", "*.txt", "*.model")
"""What transformers and tokenizers read; never Python files, never pickles."""

_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")


class BadFile(Exception):
    """Raised where a JSON file of the folder cannot be read; becomes a diagnostic."""


@dataclass(frozen=True)
class TokenizerFacts:
    """The tokenizer's settings that a plan names."""

    present: bool
    chat_template: str | None
    pad: str | None
    eos: str | None
    bos: str | None


def read_json(path: Path) -> Mapping[str, Any]:
    """The object in a JSON file; empty where there is none. Raises `BadFile`."""
    if not path.is_file():
        return {}
    try:
        if path.stat().st_size > _LARGEST:
            raise BadFile(f"`{path.name}` is larger than 64 MiB")
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise BadFile(f"`{path.name}` cannot be read: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, RecursionError) as error:
        raise BadFile(f"`{path.name}` is not JSON") from error
    if not isinstance(value, dict):
        raise BadFile(f"`{path.name}` is not a JSON object")
    return value


def pickles(folder: Path) -> tuple[str, ...]:
    """Names of weight files that are pickles; they are never opened."""
    return tuple(sorted(path.name for pattern in _PICKLES for path in folder.glob(pattern)))


def file_facts(folder: Path, shown: str) -> tuple[FileFacts, ...]:
    """Every file that matters with its hash, sorted; `shown` is the folder as the plan names it, or empty."""
    paths = sorted({path for pattern in _READ for path in folder.glob(pattern) if path.is_file()})
    prefix = f"{shown.rstrip('/')}/" if shown else ""
    return tuple(FileFacts(path=prefix + path.name, sha256=sha256(path), bytes=path.stat().st_size) for path in paths)


def tokenizer_facts(folder: Path) -> TokenizerFacts:
    """The tokenizer's settings. Raises `BadFile`."""
    config = {**read_json(folder / "special_tokens_map.json"), **read_json(folder / "tokenizer_config.json")}
    return TokenizerFacts(
        present=(folder / "tokenizer.json").is_file(),
        chat_template=_chat_template(folder, config),
        pad=_token(config.get("pad_token")),
        eos=_token(config.get("eos_token")),
        bos=_token(config.get("bos_token")),
    )


def _chat_template(folder: Path, config: Mapping[str, Any]) -> str | None:
    file = folder / "chat_template.jinja"
    if file.is_file():
        return file.read_text(encoding="utf-8")
    match config.get("chat_template"):
        case str() as text:
            return text
        case list() as several:
            named = {each["name"]: each["template"] for each in several if {"name", "template"} <= set(each)}
            return named.get("default")
        case _:
            return None


def _token(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("content")
    return value if isinstance(value, str) else None
