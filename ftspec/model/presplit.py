"""How byte-level tokenizers cut a text into words before they look anything up, for plain ASCII text.

Only splitting rules that are known letter by letter are taken: for ASCII their character classes are the same in
every regular expression engine, which is not so beyond it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer as Backend

Presplit = Callable[[str], list[str]]

_SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|"
_ENDS = r"[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"

KNOWN = (
    _GPT2,
    # Llama 3, cl100k
    _SHORT + r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+" + _ENDS,
    # Qwen 2 to 3
    _SHORT + r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+" + _ENDS,
    _SHORT + r"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+" + _ENDS,
)
"""Rules that leave no letter out, and none of whose alternatives goes on over a space after another character."""

BYTES = str.maketrans({" ": "Ġ", "\n": "Ċ", "\t": "ĉ", "\r": "č"})
"""The letters of byte-level vocabularies that stand for white space; printable ASCII stands for itself."""


def presplit(backend: Backend) -> Presplit | None:
    """What cuts plain ASCII text into the words of a tokenizer; its vocabulary has them with `BYTES` translated.

    None for a tokenizer with rules that are not known here, or that change or join what stands beside a space.
    """
    state: dict[str, Any] = json.loads(backend.to_str())
    # NFC changes nothing in ASCII, and never joins a space with what follows it.
    if (state["normalizer"] or {"type": "NFC"})["type"] != "NFC":
        return None
    if state["model"]["type"] != "BPE" or state["model"].get("dropout"):
        return None
    if any(_is_greedy(token) for token in state["added_tokens"]):
        return None
    splitter = state["pre_tokenizer"] or {"type": "none"}
    steps = splitter["pretokenizers"] if splitter["type"] == "Sequence" else [splitter]
    cuts = [_cut(step) for step in steps]
    is_byte_level = any(step["type"] == "ByteLevel" for step in steps)
    has_words = any(_cuts_words(step) for step in steps)
    return _all_of(cuts) if is_byte_level and has_words and None not in cuts else None


def _is_greedy(token: dict[str, Any]) -> bool:
    """Whether an added token looks at, or holds, the space beside a word."""
    return bool(" " in token["content"] or token["lstrip"] or token["rstrip"] or token["single_word"])


def _cuts_words(step: dict[str, Any]) -> bool:
    return step.get("use_regex") is True or (step["type"] == "Split" and step["pattern"].get("Regex") in KNOWN)


def _cut(step: dict[str, Any]) -> Presplit | None:
    """One step of a pre-tokenizer, or None where it is not known."""
    match step:
        case {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}:
            return _ascii(_GPT2)
        case {"type": "ByteLevel", "add_prefix_space": False}:
            return _whole
        case {"type": "Digits", "individual_digits": individual}:
            return re.compile("[0-9]|[^0-9]+" if individual else "[0-9]+|[^0-9]+").findall
        case {"type": "Split", "behavior": "Isolated", "invert": False, "pattern": {"Regex": pattern}}:
            if pattern in (r"\n", "\n"):
                return re.compile("\n|[^\n]+").findall
            return _ascii(pattern) if pattern in KNOWN else None
        case {"type": "Split", "behavior": "Isolated", "invert": False, "pattern": {"String": "\n"}}:
            return re.compile("\n|[^\n]+").findall
        case _:
            return None


def _whole(text: str) -> list[str]:
    return [text]


def _ascii(pattern: str) -> Presplit:
    """The rule for ASCII text, where letters, digits and marks are these."""
    inside = re.sub(r"\[[^\]]*\]", lambda group: _classes(group.group(), "{}"), pattern)
    return re.compile(_classes(inside, "[{}]")).findall


def _classes(pattern: str, written: str) -> str:
    for name, letters in {r"\p{L}": "A-Za-z", r"\p{N}": "0-9", r"\p{M}": ""}.items():
        pattern = pattern.replace(name, written.format(letters))
    return pattern


def _all_of(cuts: list[Presplit | None]) -> Presplit:
    first, *rest = [cut for cut in cuts if cut is not None and cut is not _whole]

    def cut(text: str) -> list[str]:
        found = first(text)
        for step in rest:
            found = [word for part in found for word in step(part)]
        return found

    return cut if rest else first
