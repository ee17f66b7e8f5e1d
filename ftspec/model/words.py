"""Encoding word by word, with a memory: the same ids as the tokenizer itself, several times as fast.

Byte-level tokenizers cut a text at control tokens and then into words before anything else. None of those that
`presplit` knows has a word that runs on from a letter over white space, from a sign over a space, from white space
over its last space into a sign, or from a line end into a sign. Texts can therefore be cut there, all at once, and the
ids of each piece remembered. What is not plain ASCII is encoded by the tokenizer itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from ftspec.model.presplit import BYTES, END, SEAM, Presplit

if TYPE_CHECKING:
    from tokenizers import Tokenizer as Backend

_MEMORY = 1 << 18
"""Pieces that are remembered."""

_HEAD = "\0"
"""Marks a piece that does not begin with a space; all others are kept without theirs."""

_INNER = "\1"
"""Stands for a space that is no place to cut: one with white space on both sides."""

_EDGE = "\2"
"""Where a stretch begins or ends."""

_NEXT, _CUT = "\3", "\4"
"""Between two texts; before a character whose token will be asked for."""

_OWN = re.compile("[\0-\4]")
_NEXT_ID, _CUT_ID = -1, -2

_SPACE = " ".translate(BYTES)
_AFTER_SPACE = re.compile(rf"  +(?=[\s{_EDGE}]|\Z)")
_AFTER_LINE = re.compile(rf"\n (?=[\s{_INNER}{_EDGE}]|\Z)")
_AFTER_OTHER = re.compile(rf"([^\S ]) (?=[\s{_INNER}{_EDGE}]|\Z)")
_ANY_LINE = re.compile(rf"\n(?=[^\s{_INNER}{_EDGE}])")
_ONE_LINE = re.compile(rf"\n(?<![\s{_INNER}]\n)(?=[^\s{_INNER}{_EDGE}])")
_AFTER_WORD = re.compile(r"\n(?<=[A-Za-z0-9]\n)")
_WORD = re.compile(r" (?=\S)")
_PLAIN = re.compile(rf"[ -~\t\n\r{END}]*")

_ASCII_SPACES = "\t\r\v\f\x1c\x1d\x1e\x1f"
_ALL_SPACES = _ASCII_SPACES + "\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""White space other than spaces and line ends."""


class Words(NamedTuple):
    """One encoded text."""

    ids: list[int]
    text: str
    encoder: WordEncoder
    first: dict[int, int]
    """The first token of some characters: those where the text was cut."""

    def token_at(self, char: int) -> int:
        """The first token that holds the character or stands after it."""
        if char in self.first:
            return self.first[char]
        at = max((cut for cut in self.first if cut < char), default=0)
        word = _WORD.search(self.text, char)
        around = self.text[at : word.start() if word else len(self.text)]
        return self.first.get(at, 0) + self.encoder.token_in(around, char - at)


class WordEncoder:
    """Encodes texts word by word."""

    def __init__(self, backend: Backend, presplit: Presplit) -> None:
        """`presplit` is what `presplit.presplit` gives for the same tokenizer."""
        self._backend = backend
        self._model = backend.model
        self._presplit = presplit
        added = {token.content: number for number, token in backend.get_added_tokens_decoder().items()}
        longest_first = sorted(added, key=len, reverse=True)
        self._added = re.compile(f"({'|'.join(map(re.escape, longest_first)) or '(?!)'})")
        self._line = _ANY_LINE if presplit.cuts_lines else _ONE_LINE
        self._marks = not any("\n" in token[:-1] for token in added)
        marks = {_HEAD: [], _HEAD + _NEXT: [_NEXT_ID], _HEAD + _CUT: [_CUT_ID]}
        self._tokens: dict[str, list[int]] = {_HEAD + text: [number] for text, number in added.items()} | marks
        self._pieces = dict(self._tokens)
        self._words = {END: [_NEXT_ID]}
        self._inside: dict[tuple[str, int], int] = {}

    @staticmethod
    def takes(text: str) -> bool:
        """Whether a text has none of the characters that this class needs for itself."""
        return _OWN.search(text) is None

    def encode_batch(self, texts: Sequence[str], cuts: Sequence[tuple[int, ...]] = ()) -> list[Words]:
        """The ids of each text; `takes` must hold for each.

        Args:
            texts: The texts.
            cuts: For each text, in order, the characters whose tokens will be asked for.
        """
        if len(self._pieces) > _MEMORY:
            self._pieces = dict(self._tokens)
            self._words = {END: [_NEXT_ID]}
            self._inside.clear()
        known = [self._lines(text, at) for text, at in zip(texts, cuts or [()] * len(texts), strict=True)]
        keys = self.keys([_marked(text, at) if at else text for text, at in zip(texts, known, strict=True)])
        self._learn(set(keys) - self._pieces.keys())
        ids = list(chain.from_iterable(map(self._pieces.__getitem__, keys)))
        ids.append(_NEXT_ID)
        found, start = [], 0
        for text, at in zip(texts, known, strict=True):
            end = ids.index(_NEXT_ID, start)
            found.append(self._one(text, ids[start:end], at))
            start = end + 1
        return found

    def _one(self, text: str, ids: list[int], cuts: Sequence[int]) -> Words:
        first = {}
        for cut in cuts:
            first[cut] = at = ids.index(_CUT_ID)
            del ids[at]
        return Words(ids, text, self, first)

    def _lines(self, text: str, cuts: Sequence[int]) -> list[int]:
        """Those of the characters before which every known rule cuts; where one is none, the line it stands in."""
        if not self._marks:
            return []
        begins = self._begins_line
        found = dict.fromkeys(cut if begins(text, cut) else text.rfind("\n", 0, cut - 1) + 1 for cut in cuts if cut)
        return [cut for cut in found if cut and begins(text, cut)]

    def _begins_line(self, text: str, char: int) -> bool:
        return self._line.match(text, char - 1) is not None

    def token_in(self, text: str, char: int) -> int:
        """The first token of a text that holds the character or stands after it."""
        if (text, char) not in self._inside:
            self._inside[text, char] = self._token_in(text, char)
        return self._inside[text, char]

    def _token_in(self, text: str, char: int) -> int:
        at = count = 0
        for key in self.keys([text]):
            piece = piece_of(key)
            if at + len(piece) > char:
                return count + self._token_of(piece, char - at)
            at += len(piece)
            if key not in self._pieces:
                self._learn({key})
            count += len(self._pieces[key])
        return count

    def _token_of(self, piece: str, char: int) -> int:
        if char == 0:
            return 0
        encoding = self._backend.encode(piece, add_special_tokens=False)
        found = encoding.char_to_token(char)
        if found is not None:
            return found
        return next((i for i, (_, end) in enumerate(encoding.offsets) if end > char), len(encoding.ids))

    def keys(self, texts: Iterable[str]) -> list[str]:
        """The keys of the pieces of all texts, cut where every known rule cuts; one key stands between two texts."""
        joined = _EDGE.join(self._added.split(f"{_EDGE}{_NEXT}{_EDGE}".join(texts)))
        joined = _AFTER_WORD.sub(f" {_HEAD}\n", _without_inner_spaces(joined))
        joined = self._line.sub(f"\n {_HEAD}", joined)
        return f"{_HEAD}{joined}".replace(_EDGE, f" {_HEAD}").split(" ")

    def _learn(self, missing: set[str]) -> None:
        """Encode new pieces: plain ones word by word, all others by the tokenizer itself."""
        plain = [key for key in missing if key.isascii()]
        text = _pieces_of(plain)
        if not _PLAIN.fullmatch(text):
            plain = [key for key in plain if _PLAIN.fullmatch(_pieces_of([key]))]
            text = _pieces_of(plain)
        rest = list(missing.difference(plain))
        encoded = self._backend.encode_batch_fast([piece_of(key) for key in rest], add_special_tokens=False)
        self._pieces.update((key, each.ids) for key, each in zip(rest, encoded, strict=True))
        words = self._presplit.words(text)
        tokenize, known = self._model.tokenize, self._words
        fresh = list(set(words) - known.keys())
        for word, letters in zip(fresh, SEAM.join(fresh).translate(BYTES).split(SEAM), strict=False):
            known[word] = [token.id for token in tokenize(letters)]
        ids = list(chain.from_iterable(map(known.__getitem__, words)))
        start = 0
        for key in plain:
            end = ids.index(_NEXT_ID, start)
            self._pieces[key] = ids[start:end]
            start = end + 1


def _pieces_of(keys: Sequence[str]) -> str:
    """The pieces of all keys, with `END` after each."""
    text = END.join(("", *keys))[1:] + END if keys else ""
    spaced = f"{END}{text}".replace(END, f"{END} ").replace(f"{END} {_HEAD}", END).replace(_INNER, " ")
    return spaced[1:].removesuffix(" ")


def piece_of(key: str) -> str:
    """The piece that a key stands for."""
    return (key[1:] if key[:1] == _HEAD else f" {key}").replace(_INNER, " ")


def _marked(text: str, cuts: Sequence[int]) -> str:
    """The text with a mark at each of these characters."""
    places = [0, *cuts, len(text)]
    return f"{_EDGE}{_CUT}{_EDGE}".join(text[start:end] for start, end in pairwise(places))


def _without_inner_spaces(text: str) -> str:
    """The text with `_INNER` for each space that has white space on both sides, or before it and an end after it."""
    text = _AFTER_SPACE.sub(lambda found: " " + _INNER * (len(found.group()) - 1), text)
    if any(map(text.__contains__, _ASCII_SPACES if text.isascii() else _ALL_SPACES)):
        return _AFTER_OTHER.sub(rf"\g<1>{_INNER}", text)
    return _AFTER_LINE.sub(f"\n{_INNER}", text)
