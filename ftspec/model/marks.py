"""Keeps values of the data apart from control tokens, however much they look like some.

A control token inside a value is wrapped in two private-use characters before the chat template renders, which
carry it through whatever the template does. Afterwards the text is cut at them and what they held is encoded
as ordinary text. It is the way of `apply_chat_template(sanitize_control_tokens=True)` in transformers, with the
same ids; text without control tokens never takes this way, and so has exactly the ids of transformers' default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING, Any

from ftspec.model.presplit import presplit
from ftspec.model.words import WordEncoder, Words

if TYPE_CHECKING:
    from tokenizers import AddedToken, Encoding
    from tokenizers import Tokenizer as Backend

START, END = "\U000f0000", "\U000f0001"
_EITHER = re.compile(f"[{START}{END}]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text: `ids[i]` stands for the characters `offsets[i]` of `text`, which has no marks."""

    text: str
    ids: list[int]
    offsets: list[tuple[int, int]]


def unmarked(text: str) -> str:
    """The text without its marks."""
    return _EITHER.sub("", text) if START in text or END in text else text


class Marks:
    """Marks control tokens in values, and encodes marked text."""

    def __init__(self, backend: Backend, literals: str, control_names: tuple[str, ...] | None) -> None:
        """`literals` is what the chat template writes itself: added tokens in it are control tokens too."""
        self._backend = backend
        added = backend.get_added_tokens_decoder().values()
        special = [token.content for token in added if token.special]
        named = [token.content for token in added if not token.special and _is_named(token, literals, control_names)]
        self._firsts = sorted({token[0] for token in (*special, *named)})
        self._special = _any_of(special)
        self._control = _any_of([*special, *named])

    def value(self, text: str, spoken_by_model: bool = False) -> str:
        """`text` with every control token in it marked.

        What the model itself says may hold markup that is in its vocabulary without being special, such as
        `<think>`: there, special tokens alone are marked.
        """
        pattern = self._special if spoken_by_model else self._control
        text = unmarked(text)
        for first in self._firsts:
            if first in text:
                return pattern.sub(f"{START}\\g<0>{END}", text)
        return text

    def values(self, value: Any, spoken_by_model: bool = False) -> Any:
        """Every string inside `value` marked; keys are left as they are."""
        match value:
            case str():
                return self.value(value, spoken_by_model)
            case Mapping():
                return {key: self.values(item, spoken_by_model) for key, item in value.items()}
            case list() | tuple():
                return [self.values(item, spoken_by_model) for item in value]
            case _:
                return value

    def encode_batch(self, texts: Sequence[str]) -> list[Encoding | Tokens]:
        """The tokens of each text, marked or not, with their offsets."""
        marked = [START in text or END in text for text in texts]
        plain = [text for text, is_marked in zip(texts, marked, strict=True) if not is_marked]
        rest = iter(self._backend.encode_batch(plain, add_special_tokens=False))
        return [self._pieces(text) if each else next(rest) for text, each in zip(texts, marked, strict=True)]

    def encode_quickly(
        self, texts: Sequence[str], cuts: Sequence[tuple[int, ...]]
    ) -> Sequence[Encoding | Tokens | Words]:
        """The tokens of each text without offsets, where the tokenizer allows it; `cuts` as in `WordEncoder`."""
        words = self._words
        if words is None:
            return self.encode_batch(texts)
        plain = [START not in text and END not in text and words.takes(text) for text in texts]
        if all(plain):
            return words.encode_batch(texts, cuts)
        quick = iter(words.encode_batch([*compress(texts, plain)], [*compress(cuts, plain)]))
        rest = iter(self.encode_batch([text for text, is_plain in zip(texts, plain, strict=True) if not is_plain]))
        return [next(quick if each else rest) for each in plain]

    @cached_property
    def _words(self) -> WordEncoder | None:
        split = presplit(self._backend)
        return WordEncoder(self._backend, split) if split is not None else None

    def _pieces(self, text: str) -> Tokens:
        """A marked text, piece by piece. Offsets count characters of the text without marks."""
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        at = 0
        for index, piece in enumerate(self._cut.split(text)):
            if not piece:
                continue
            plain = index % 2 == 1
            piece_ids, spans = self._piece(piece, plain, first=index == 0)
            if plain and self._backend.token_to_id(piece) in piece_ids:
                piece_ids, spans = self._letters(piece)
            ids += piece_ids
            offsets += [(at + start, at + end) for start, end in spans]
            at += len(piece)
        return Tokens(unmarked(text), ids, offsets)

    def _piece(self, piece: str, plain: bool, first: bool) -> tuple[list[int], list[tuple[int, int]]]:
        backend = self._plain if plain else self._backend
        if not first:
            # After a line end no tokenizer adds the space that some put before the first word of a text.
            whole = backend.encode("\n" + piece, add_special_tokens=False)
            head = backend.encode("\n", add_special_tokens=False).ids
            if whole.ids[: len(head)] == head:
                return whole.ids[len(head) :], [(max(0, a - 1), b - 1) for a, b in whole.offsets[len(head) :]]
        alone = backend.encode(piece, add_special_tokens=False)
        return alone.ids, alone.offsets

    def _letters(self, piece: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Letter by letter: some vocabularies hold a control token among their ordinary pieces."""
        each = [self._piece(letter, plain=True, first=False)[0] for letter in piece]
        return [i for ids in each for i in ids], [(at, at + 1) for at, ids in enumerate(each) for _ in ids]

    @cached_property
    def _cut(self) -> re.Pattern[str]:
        """Splits into text, marked token, text, …; lone marks, left by a template that cuts strings, only split."""
        return re.compile(f"{START}({self._all.pattern}){END}|[{START}{END}]")

    @cached_property
    def _all(self) -> re.Pattern[str]:
        return _any_of([token.content for token in self._backend.get_added_tokens_decoder().values()])

    @cached_property
    def _plain(self) -> Backend:
        """The same tokenizer without any added token."""
        import json

        from tokenizers import Tokenizer as Backend

        state = json.loads(self._backend.to_str())
        state["added_tokens"] = []
        state["post_processor"] = None
        return Backend.from_str(json.dumps(state))


def _is_named(token: AddedToken, literals: str, control_names: tuple[str, ...] | None) -> bool:
    if control_names is not None:
        return token.content in control_names
    # Whitespace tokens, like Gemma's line ends, stand in templates as ordinary text.
    return token.content in literals and not token.content.isspace()


def _any_of(tokens: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(set(tokens), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
