"""Rows as token ids, with the tokens that train.

What trains in a conversation is what the model must write itself: from where the generation prompt ends, through
the end of turn that the chat template writes after the answer. Rows are encoded in batches, with one rendering
for the whole and one for each prompt, and a row is cut at its end.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from ftspec.data.drafting import Draft, Messages, branches, drafted, prompt_text
from ftspec.data.faults import Fault
from ftspec.data.row import Row, Turn
from ftspec.errors import CannotRun
from ftspec.model.chat import TemplateFault
from ftspec.model.marks import Tokens, unmarked
from ftspec.model.words import Words

if TYPE_CHECKING:
    from tokenizers import Encoding

    from ftspec.model.tokenizer import Tokenizer

_BATCH = 400
"""Rows that are rendered and encoded together: few enough that what is made of them stays in the processor's cache."""
_PROBE = "zqx"
"""An answer that no chat template writes of its own accord."""


class Encoded(NamedTuple):
    """One sequence: ids, and for each of them whether it trains."""

    ids: list[int]
    trained: list[bool]


class Spanned(NamedTuple):
    """One whole sequence before it is cut; `spans` are the trained stretches of ids, end tokens included."""

    ids: list[int]
    spans: tuple[tuple[int, int], ...]
    ended: bool
    """Whether every trained stretch has its end token."""

    text: str = ""
    offsets: Sequence[tuple[int, int]] = ()


def encode(rows: Iterable[Row], tokenizer: Tokenizer, max_length: int) -> list[Encoded]:
    """One sequence for each row, cut at `max_length` ids; two in turn (chosen, rejected) for preferences.

    Raises:
        CannotRun: the chat template refuses a row, or writes prompts differently for training and generation.
    """
    with _uncollected():
        return [cut(sound(each), max_length) for each in spanned(rows, tokenizer)]


def sound(each: Spanned | Fault) -> Spanned:
    """The sequence itself. Raises CannotRun for a fault."""
    if isinstance(each, Fault):
        raise CannotRun(f"{each.place} {each.message}; {each.detail}".removesuffix("; "), each.help)
    return each


def cut(whole: Spanned, max_length: int) -> Encoded:
    """The sequence up to `max_length` ids."""
    ids = whole.ids[:max_length]
    trained = [False] * len(ids)
    for start, end in whole.spans:
        stop = min(end, len(ids))
        trained[start:stop] = [True] * max(0, stop - start)
    return Encoded(ids, trained)


def lengths(rows: Iterable[Row], tokenizer: Tokenizer) -> list[int]:
    """The ids of each row before it is cut; the longer answer's for preferences."""
    return [max(len(sound(each).ids) for each in sequences) for _, sequences in by_row(rows, tokenizer)]


def by_row(rows: Iterable[Row], tokenizer: Tokenizer) -> Iterator[tuple[Row, list[Spanned | Fault]]]:
    """Each row with its sequences."""
    rows = list(rows)
    sequences = spanned(rows, tokenizer)
    for row in rows:
        yield row, list(islice(sequences, len(branches(row))))


def spanned(rows: Iterable[Row], tokenizer: Tokenizer, keep_text: bool = False) -> Iterator[Spanned | Fault]:
    """Every sequence of the rows, whole; with text and offsets when they are asked for. A fault stands for its row."""
    flat = ((row, turns) for row in rows for turns in branches(row))
    while batch := list(islice(flat, _BATCH)):
        with _uncollected():
            found = _batch(batch, tokenizer, keep_text)
        yield from found


def _batch(
    batch: Sequence[tuple[Row, tuple[Turn, ...]]], tokenizer: Tokenizer, keep_text: bool
) -> list[Spanned | Fault]:
    drafts = [drafted(row, turns, tokenizer) for row, turns in batch]
    encoded = iter(_encoded([each for each in drafts if isinstance(each, Draft)], tokenizer, keep_text))
    return [
        draft if isinstance(draft, Fault) else _finished(draft, next(encoded), tokenizer, keep_text) for draft in drafts
    ]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cycle collector: it would look through the many lists that a batch makes, none in a cycle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _encoded(drafts: Sequence[Draft], tokenizer: Tokenizer, keep_text: bool) -> Sequence[Encoding | Tokens | Words]:
    texts = [draft.text for draft in drafts]
    if keep_text:
        return tokenizer.marks.encode_batch(texts)
    return tokenizer.marks.encode_quickly(texts, [draft.starts for draft in drafts])


def _finished(draft: Draft, tokens: Encoding | Tokens | Words, tokenizer: Tokenizer, keep_text: bool) -> Spanned:
    ids, offsets = tokens.ids, (() if isinstance(tokens, Words) or not keep_text else tokens.offsets)
    text = unmarked(draft.text) if keep_text else ""
    if draft.is_text:
        return _text(draft, ids, offsets, text, tokenizer)
    spans, ended = [], True
    for number, start in enumerate(draft.starts):
        first = _token_at(tokens, start)
        limit = _token_at(tokens, draft.starts[number + 1]) if number + 1 < len(draft.starts) else len(ids)
        end, has_end = _end(ids, first, limit, tokenizer)
        ended = ended and has_end
        spans.append((first, end))
    return Spanned(ids, tuple(spans), ended, text, offsets)


def _text(draft: Draft, ids: list[int], offsets: Any, text: str, tokenizer: Tokenizer) -> Spanned:
    """Plain text: what the tokenizer puts before it, the text, one end token."""
    before, _ = tokenizer.around
    whole = [*before, *ids, tokenizer.eos.id]
    spans = ((len(before), len(whole)),) if draft.starts else ()
    at = len(text)
    shown = [*((0, 0) for _ in before), *offsets, (at, at)] if text else ()
    return Spanned(whole, spans, True, text, shown)


def _token_at(tokens: Encoding | Tokens | Words, char: int) -> int:
    """The first token that holds the character or stands after it."""
    if isinstance(tokens, Words):
        return tokens.token_at(char)
    found = None if isinstance(tokens, Tokens) else tokens.char_to_token(char)
    if found is not None:
        return found
    return next((i for i, (_, end) in enumerate(tokens.offsets) if end > char), len(tokens.ids))


def _end(ids: list[int], first: int, limit: int, tokenizer: Tokenizer) -> tuple[int, bool]:
    """Where the answer that begins at `first` ends, its end token included, and whether it has one."""
    ends, header = end_of_turn(tokenizer)
    for index in sorted(_places(ids, ends, first, limit)):
        # An end token after which the assistant goes on speaking does not end the answer.
        if not header or tuple(ids[index + 1 : index + 1 + len(header)]) != header:
            return index + 1, True
    special = tokenizer.special_ids
    return next((index for index in range(first, limit) if ids[index] in special), limit), False


def _places(ids: list[int], wanted: Iterable[int], first: int, limit: int) -> Iterator[int]:
    """Where some ids stand between two places."""
    for each in wanted:
        at = first - 1
        while True:
            try:
                at = ids.index(each, at + 1, limit)
            except ValueError:
                break
            yield at


@lru_cache(maxsize=8)
def end_of_turn(tokenizer: Tokenizer) -> tuple[frozenset[int], tuple[int, ...]]:
    """The ids that end an answer, and those of the header that begins one.

    The end of turn is the first special token that the chat template writes after an answer, in the middle of a
    conversation and at its end; the ends that the model itself names (`eos_token`, `generation_config.json`) count too.
    """
    template = tokenizer.chat_template or tokenizer.plain
    asked: Messages = [{"role": "user", "content": "a"}]
    said: Messages = [*asked, {"role": "assistant", "content": _PROBE}]
    try:
        whole, prompt = template.render([*said, *said]), template.render(asked, generation_prompt=True)
        bare = template.render(asked)
    except TemplateFault:
        return tokenizer.ends, ()
    header = prompt.removeprefix(bare) if prompt.startswith(bare) else ""
    headed, *after = tokenizer.encode_batch([header, *whole.split(_PROBE)[1:]])
    special = tokenizer.special_ids
    firsts = (next((i for i in written.ids if i in special), None) for written in after)
    return tokenizer.ends | {first for first in firsts if first is not None}, tuple(headed.ids)


def prompts(rows: Iterable[Row], tokenizer: Tokenizer) -> list[list[int]]:
    """The ids up to where the last trained turn begins, generation prompt included: what the model is asked."""
    texts = [prompt_text(row, tokenizer) for row in rows]
    before, _ = tokenizer.around
    encoded = tokenizer.marks.encode_quickly([text for text, _ in texts], [()] * len(texts))
    return [
        [*before, *tokens.ids] if is_text else list(tokens.ids)
        for tokens, (_, is_text) in zip(encoded, texts, strict=True)
    ]


def expected(row: Row) -> str:
    """The text of the last trained turn, the chosen one for preferences; empty for a row that trains nothing."""
    trained = [turn.text for turn in branches(row)[0] if turn.trains]
    return trained[-1] if trained else ""
