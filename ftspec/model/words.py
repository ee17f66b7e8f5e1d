"""Encoding word by word, with a memory: the same ids as the tokenizer itself, several times as fast.

Byte-level tokenizers cut a text into words by a regular expression before anything else, and no word of theirs
runs on from a letter over a single space into the next one. A text can therefore be cut there beforehand, and the
ids of each piece remembered. Where a tokenizer's rules are not among those that are known to cut so, it is not used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer as Backend

_MEMORY = 1 << 18
"""Pieces that are remembered."""

_TOGETHER = 200
"""Pieces that are encoded in one call."""

_UNSAFE = re.compile(r" \s|\s ")
_SAFE = re.compile(r"(?<=\S)(?= \S)")

_SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|"
_ENDS = r"[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"

KNOWN = (
    # Llama 3, cl100k
    _SHORT + r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+" + _ENDS,
    # Qwen 2 to 3
    _SHORT + r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+" + _ENDS,
    _SHORT + r"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+" + _ENDS,
    # Lines
    r"\n",
    # GPT-2
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
)
"""Splitting rules none of whose alternatives goes on over a space after a character that is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """One encoded text."""

    ids: list[int]
    pieces: list[str]
    encoder: WordEncoder
    known: dict[int, int]
    """The first token of some characters: those where the text was cut."""

    def token_at(self, char: int) -> int:
        """The first token that holds the character or stands after it."""
        if char in self.known:
            return self.known[char]
        at = count = 0
        for piece in self.pieces:
            if at + len(piece) > char:
                return count + self.encoder.token_in(piece, char - at)
            at += len(piece)
            count += self.encoder.size(piece)
        return count


class WordEncoder:
    """Encodes texts word by word."""

    def __init__(self, backend: Backend) -> None:
        """`backend` is one for which `is_safe` holds."""
        self._backend = backend
        self._memory: dict[str, list[int]] = {}
        self._added = backend.get_added_tokens_decoder().keys()
        self._sizes: dict[int, int] = {}

    def encode_batch(self, texts: Sequence[str], cuts: Sequence[tuple[int, ...]] = ()) -> list[Words]:
        """The ids of each text.

        Args:
            texts: The texts.
            cuts: For each text, characters whose tokens will be asked for: the text is cut there too, where it can be.
        """
        if len(self._memory) > _MEMORY:
            self._memory.clear()
        each_cuts = cuts or [()] * len(texts)
        parted = [parts(text, at) for text, at in zip(texts, each_cuts, strict=True)]
        cut = [[pieces(part) for part in each] for each in parted]
        self._learn(set(chain.from_iterable(chain.from_iterable(cut))) - self._memory.keys())
        return [self._joined(each, found) for each, found in zip(parted, cut, strict=True)]

    def _joined(self, parted: list[str], cut: list[list[str]]) -> Words:
        known = self._memory.__getitem__
        ids: list[int] = []
        first: dict[int, int] = {}
        at = 0
        for part, found in zip(parted, cut, strict=True):
            first[at] = len(ids)
            ids.extend(chain.from_iterable(map(known, found)))
            at += len(part)
        return Words(ids, cut[0] if len(cut) == 1 else list(chain.from_iterable(cut)), self, first)

    def size(self, piece: str) -> int:
        """The tokens of a piece."""
        known = self._memory.get(piece)
        return len(known if known is not None else self._backend.encode(piece, add_special_tokens=False).ids)

    def token_in(self, piece: str, char: int) -> int:
        """The first token of a piece that holds the character or stands after it."""
        if char == 0:
            return 0
        encoding = self._backend.encode(piece, add_special_tokens=False)
        found = encoding.char_to_token(char)
        if found is not None:
            return found
        return next((i for i, (_, end) in enumerate(encoding.offsets) if end > char), len(encoding.ids))

    def _learn(self, missing: set[str]) -> None:
        """Encode new pieces, many in one call: a call costs more than a word.

        What begins with a space can stand behind the piece before it and is told apart by its length in bytes, for
        each letter of a byte-level token is one byte. What does not, or does not come out even, has a call of its own.
        """
        joined = sorted(piece for piece in missing if piece[0] == " " and not piece[-1].isspace())
        groups = [joined[start : start + _TOGETHER] for start in range(0, len(joined), _TOGETHER)]
        encoded = self._backend.encode_batch_fast(["".join(group) for group in groups], add_special_tokens=False)
        odd = [group for group, each in zip(groups, encoded, strict=True) if not self._divide(group, each.ids)]
        alone = sorted({*missing, *chain.from_iterable(odd)} - self._memory.keys())
        for piece, each in zip(alone, self._backend.encode_batch_fast(alone, add_special_tokens=False), strict=True):
            self._memory[piece] = each.ids

    def _divide(self, group: list[str], ids: list[int]) -> bool:
        """Remember the ids of each piece of a group; False, and nothing remembered, where they do not come out even."""
        found: dict[str, list[int]] = {}
        start = 0
        for piece in group:
            left, end = len(piece.encode()), start
            while left > 0 and end < len(ids):
                left -= self._bytes_of(ids[end])
                end += 1
            if left != 0:
                return False
            found[piece] = ids[start:end]
            start = end
        self._memory |= found
        return start == len(ids)

    def _bytes_of(self, number: int) -> int:
        size = self._sizes.get(number)
        if size is None:
            token = self._backend.id_to_token(number) or ""
            size = self._sizes[number] = len(token.encode()) if number in self._added else len(token)
        return size


def parts(text: str, cuts: Iterable[int]) -> list[str]:
    """The text cut at those places where no tokenizer of the known kinds joins: after a line end between two words."""
    found, start = [], 0
    for cut in cuts:
        if (
            cut > start + 1
            and text[cut - 1] == "\n"
            and not text[cut - 2].isspace()
            and not text[cut : cut + 1].isspace()
        ):
            found.append(text[start:cut])
            start = cut
    return [*found, text[start:]]


def pieces(text: str) -> list[str]:
    """The text cut before every single space that stands between two characters that are none."""
    if not text:
        return []
    if text[0] == " " or text[-1] == " " or _UNSAFE.search(text):
        return _SAFE.split(text)
    first, *rest = text.split(" ")
    return [first, *[" " + word for word in rest]]


def is_safe(backend: Backend) -> bool:
    """Whether a tokenizer is known never to join what `pieces` cuts."""
    state: dict[str, Any] = json.loads(backend.to_str())
    # NFC never joins a space with what follows it.
    if (state["normalizer"] or {"type": "NFC"})["type"] != "NFC":
        return False
    if state["model"]["type"] != "BPE" or state["model"].get("dropout"):
        return False
    if any(_is_greedy(token) for token in state["added_tokens"]):
        return False
    splitter = state["pre_tokenizer"]
    steps = splitter["pretokenizers"] if splitter and splitter["type"] == "Sequence" else [splitter]
    if not all(step is not None and _cuts_at_spaces(step) for step in steps):
        return False
    return any(_cuts(step) for step in steps) and any(step["type"] == "ByteLevel" for step in steps)


def _is_greedy(token: dict[str, Any]) -> bool:
    """Whether an added token looks at, or holds, the space beside a word."""
    return bool(" " in token["content"] or token["lstrip"] or token["rstrip"] or token["single_word"])


def _cuts(step: dict[str, Any]) -> bool:
    return (step["type"] == "Split" and "Regex" in step["pattern"]) or step.get("use_regex") is True


def _cuts_at_spaces(step: dict[str, Any]) -> bool:
    match step["type"]:
        case "ByteLevel":
            return not step["add_prefix_space"]
        case "Digits":
            return True
        case "Split" if "String" in step["pattern"]:
            return " " not in step["pattern"]["String"] and step["behavior"] == "Isolated"
        case "Split":
            return step["pattern"]["Regex"] in KNOWN and step["behavior"] == "Isolated" and not step["invert"]
        case _:
            return False
