"""Encoding word by word, with a memory: the same ids as the tokenizer itself, several times as fast.

Byte-level tokenizers cut a text at control tokens and then into words before anything else, and none of those that
`presplit` knows has a word that runs on from a letter over a single space into the next one. A text can therefore be
cut there, and the ids of each piece remembered. What is not plain ASCII is encoded by the tokenizer itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from ftspec.model.presplit import BYTES, Presplit

if TYPE_CHECKING:
    from tokenizers import Tokenizer as Backend

_MEMORY = 1 << 18
"""Pieces that are remembered."""

_HEAD = "\0"
"""Marks a piece that does not begin with a space; all others are kept without theirs."""

_SPACE = " ".translate(BYTES)

_UNSAFE = re.compile(r" \s|\s ")
_GLUED = r"(?:\s*[^\S ]\S+)*"
"""Words after white space that ends in something other than a space, which rules may count to them."""

_LINE_ENDS = r"(?:(?<![A-Za-z0-9])[\r\n]\s*(?:(?= \S)|\Z))?"
"""Line ends after a sign, which may belong to it, and the white space behind them."""

_RUNS = re.compile(rf" ?\S+{_GLUED}{_LINE_ENDS}|\s+(?= \S)|\s+\Z|\s*[^\S ]\S+{_GLUED}{_LINE_ENDS}")
_PLAIN = re.compile(r"[ -~\t\n\r]*")


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """One encoded text."""

    ids: list[int]
    groups: list[list[str]]
    encoder: WordEncoder
    first: dict[int, int]
    """The first token of some characters: those where a group begins."""

    def token_at(self, char: int) -> int:
        """The first token that holds the character or stands after it."""
        if char in self.first:
            return self.first[char]
        at = count = 0
        for key in chain.from_iterable(self.groups):
            piece = piece_of(key)
            if at + len(piece) > char:
                return count + self.encoder.token_in(piece, char - at)
            at += len(piece)
            count += len(self.encoder.ids_of(key))
        return count


class WordEncoder:
    """Encodes texts word by word."""

    def __init__(self, backend: Backend, presplit: Presplit) -> None:
        """`presplit` is what `presplit.presplit` gives for the same tokenizer."""
        self._backend = backend
        self._model = backend.model
        self._presplit = presplit
        added = backend.get_added_tokens_decoder()
        longest_first = sorted((token.content for token in added.values()), key=len, reverse=True)
        self._added = re.compile(f"({'|'.join(map(re.escape, longest_first)) or '(?!)'})")
        self._tokens = {_HEAD + token.content: [number] for number, token in added.items()}
        self._pieces = dict(self._tokens)
        self._words: dict[str, list[int]] = {}
        self._seen: set[str] = set()
        self._inside: dict[tuple[str, int], int] = {}

    def encode_batch(self, texts: Sequence[str], cuts: Sequence[tuple[int, ...]] = ()) -> list[Words]:
        """The ids of each text; no text may hold NUL.

        Args:
            texts: The texts.
            cuts: For each text, characters whose tokens will be asked for: the text is cut there too, where it can be.
        """
        if len(self._pieces) > _MEMORY:
            self._pieces = dict(self._tokens)
            self._words.clear()
            self._seen.clear()
            self._inside.clear()
        grouped = [self._groups(text, at) for text, at in zip(texts, cuts or [()] * len(texts), strict=True)]
        used = chain.from_iterable(chain.from_iterable(each.values()) for each in grouped)
        self._learn(set(used) - self._pieces.keys())
        return [self._joined(each) for each in grouped]

    def ids_of(self, key: str) -> list[int]:
        """The ids of one piece."""
        if key not in self._pieces:
            self._learn({key})
        return self._pieces[key]

    def token_in(self, piece: str, char: int) -> int:
        """The first token of a piece that holds the character or stands after it."""
        if char == 0:
            return 0
        if (piece, char) not in self._inside:
            self._inside[piece, char] = self._token_in(piece, char)
        return self._inside[piece, char]

    def _token_in(self, piece: str, char: int) -> int:
        encoding = self._backend.encode(piece, add_special_tokens=False)
        found = encoding.char_to_token(char)
        if found is not None:
            return found
        return next((i for i, (_, end) in enumerate(encoding.offsets) if end > char), len(encoding.ids))

    def _groups(self, text: str, cuts: tuple[int, ...]) -> dict[int, list[str]]:
        """The keys of a text in groups, by the character where each begins: one group, and one more for each cut."""
        group: list[str] = []
        found = {0: group}
        for at, part, is_token in self._stretches(text, cuts):
            if at in cuts and at:
                found[at] = group = []
            group.extend((_HEAD + part,) if is_token else self._keys(part))
        return found

    def _stretches(self, text: str, cuts: tuple[int, ...]) -> Iterator[tuple[int, str, bool]]:
        """Where each stretch begins, the stretch, and whether it is a control token; cut further where it can be."""
        at = 0
        for place, stretch in enumerate(self._added.split(text)):
            inside = [cut - at for cut in cuts if at < cut < at + len(stretch)] if not place % 2 else None
            for part in parts(stretch, inside) if inside else (stretch,):
                if part:
                    yield at, part, bool(place % 2)
                    at += len(part)

    def _keys(self, stretch: str) -> list[str]:
        """The keys of a stretch without control tokens: one for the whole if it has come before, as headers do."""
        whole = _HEAD + stretch
        if whole in self._pieces:
            return [whole]
        found = keys(stretch)
        if whole in self._seen:
            self._pieces[whole] = list(chain.from_iterable(map(self.ids_of, found)))
            return [whole]
        self._seen.add(whole)
        return found

    def _joined(self, groups: dict[int, list[str]]) -> Words:
        known = self._pieces.__getitem__
        ids: list[int] = []
        first: dict[int, int] = {}
        for at, found in groups.items():
            first[at] = len(ids)
            ids.extend(chain.from_iterable(map(known, found)))
        return Words(ids, list(groups.values()), self, first)

    def _learn(self, missing: set[str]) -> None:
        """Encode new pieces: plain ones word by word, all others by the tokenizer itself."""
        rest: list[str] = []
        tokenize = self._model.tokenize
        for key in missing:
            if not key.isascii():
                rest.append(key)
            elif key.isalpha():  # a space and letters are one word under every known rule
                self._pieces[key] = [token.id for token in tokenize(f"{_SPACE}{key}")]
            elif _PLAIN.fullmatch(piece := piece_of(key)):
                self._pieces[key] = list(chain.from_iterable(map(self._word, self._presplit(piece))))
            else:
                rest.append(key)
        encoded = self._backend.encode_batch_fast([piece_of(key) for key in rest], add_special_tokens=False)
        self._pieces.update((key, each.ids) for key, each in zip(rest, encoded, strict=True))

    def _word(self, word: str) -> list[int]:
        ids = self._words.get(word)
        if ids is None:
            ids = self._words[word] = [token.id for token in self._model.tokenize(word.translate(BYTES))]
        return ids


def piece_of(key: str) -> str:
    """The piece that a key stands for."""
    return key[1:] if key[:1] == _HEAD else f" {key}"


def parts(text: str, cuts: Iterable[int]) -> list[str]:
    """The text cut at those places where no known tokenizer joins: after the one line end between two words."""
    found, start = [], 0
    for cut in cuts:
        before, after = text[cut - 2 : cut - 1], text[cut : cut + 1]
        if cut > start + 1 and text[cut - 1] == "\n" and not before.isspace() and after and not after.isspace():
            found.append(text[start:cut])
            start = cut
    return [*found, text[start:]]


def keys(text: str) -> list[str]:
    """The text cut where every known rule cuts, as keys: before a single space between two words, and on both sides of
    white space that ends in the one space that belongs to the word after it."""
    if not text or text[0] == " " or text[-1] == " " or _UNSAFE.search(text):
        return [piece[1:] if piece[0] == " " else _HEAD + piece for piece in _RUNS.findall(text)]
    found = text.split(" ")
    found[0] = _HEAD + found[0]
    return found
