"""What the small files of a model folder say about its tokenizer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ftspec.model.tokenizer_codes import BAD_TOKENIZER, UnusableTokenizer


def read_config(folder: Path) -> dict[str, Any]:
    """`tokenizer_config.json`, with the older `special_tokens_map.json` under it."""
    return {**read_json(folder, "special_tokens_map.json"), **read_json(folder, "tokenizer_config.json")}


def read_json(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    if not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text("utf-8"))
    except (ValueError, OSError) as error:
        raise bad(folder, f"`{name}` is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise bad(folder, f"`{name}` is not a JSON object")
    return value


def bad(folder: Path, problem: str) -> UnusableTokenizer:
    help = "copy the tokenizer's files again from where the model came from"
    return UnusableTokenizer(BAD_TOKENIZER, f"in the model folder `{folder.name}`, {problem}", help)


def special_names(config: Mapping[str, Any]) -> dict[str, Any]:
    """`bos_token` and its like as text, whether written as a string or as `{"content": …}`."""
    named = {key: _content(value) for key, value in config.items() if key.endswith("_token") and _content(value)}
    more = config.get("extra_special_tokens")
    return {**named, **({k: _content(v) for k, v in more.items()} if isinstance(more, dict) else {})}


def special_texts(config: Mapping[str, Any]) -> list[str]:
    lists = [config.get("additional_special_tokens"), config.get("extra_special_tokens")]
    listed = [_content(item) for items in lists if isinstance(items, list) for item in items]
    return list(dict.fromkeys(text for text in [*special_names(config).values(), *listed] if text))


def _content(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("content")
    return value if isinstance(value, str) and value else None


def generation_ends(folder: Path) -> tuple[int, ...]:
    value = read_json(folder, "generation_config.json").get("eos_token_id")
    ids = value if isinstance(value, list) else [value]
    return tuple(each for each in ids if isinstance(each, int) and not isinstance(each, bool))


def chat_templates(folder: Path, config: Mapping[str, Any]) -> dict[str, str]:
    """The chat templates by name, as transformers looks for them: the file first, then the config."""
    found: dict[str, str] = {}
    value = config.get("chat_template") or read_json(folder, "chat_template.json").get("chat_template")
    if isinstance(value, str):
        found["default"] = value
    elif isinstance(value, list):
        found |= {each["name"]: each["template"] for each in value if isinstance(each, dict)}
    elif isinstance(value, dict):
        found |= value
    path = folder / "chat_template.jinja"
    if path.is_file():
        found["default"] = path.read_text("utf-8")
    for extra in sorted((folder / "additional_chat_templates").glob("*.jinja")):
        found[extra.stem] = extra.read_text("utf-8")
    return found
