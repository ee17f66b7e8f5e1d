"""Two models' answers to the same prompts, and what a judge makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.evaluate.forward import Caller
from ftspec.evaluate.generate import generate
from ftspec.evaluate.observe.answered import before
from ftspec.evaluate.observe.request import Request
from ftspec.evaluate.observe.rewards import judged
from ftspec.evaluate.reward import is_classifier
from ftspec.kinds.judging import question
from ftspec.kinds.metrics import Answer, Duel, NotComputable

if TYPE_CHECKING:
    from ftspec.data import Row
    from ftspec.evaluate.subjects import Subject

_ROOM = 16
"""Tokens in which a judge that reads must have said A or B."""


def observe(subject: Subject, request: Request) -> Sequence[Duel]:
    """A `Duel` for every row. The subject is the judge; the two inputs are the model's answers and the opponent's."""
    return _scored(subject, request) if is_classifier(subject) else _compared(subject, request)


def _scored(subject: Subject, request: Request) -> Sequence[Duel]:
    """By a reward model, which sees each answer by itself."""
    own, over = request.inputs
    ours, theirs = judged(subject, request, own), judged(subject, request, over)
    return [
        Duel(row.item, own[place].given, over[place].given, ours[place], theirs[place], request.group(row))
        for place, row in enumerate(request.rows)
    ]


def _compared(subject: Subject, request: Request) -> Sequence[Duel]:
    """By a language model, which is asked twice about every two answers that differ."""
    if not subject.model.can_generate():
        raise NotComputable("the judge writes no text: name a reward model or a language model")
    own, over = request.inputs
    places = [place for place in range(len(request.rows)) if own[place].given != over[place].given]
    straight = [_asked(request, place, own, over) for place in places]
    swapped = [_asked(request, place, over, own) for place in places]
    said = _said(subject, request, [*straight, *swapped])
    told = {place: (said[n], said[len(places) + n]) for n, place in enumerate(places)}
    return [
        Duel(row.item, own[place].given, over[place].given, None, None, request.group(row), told.get(place, ()))
        for place, row in enumerate(request.rows)
    ]


def _asked(request: Request, place: int, first: Sequence[Answer], second: Sequence[Answer]) -> Row:
    from ftspec.data import Row, Turn

    # What the system says is for the model, not for its judge.
    asked = "\n\n".join(turn.text for turn in before(request.rows[place]) if turn.role != "system")
    text = question(str(request.settings["rubric"]), asked, first[place].given, second[place].given)
    return Row("", "", 1, {}, (Turn("user", text, False),))


def _said(subject: Subject, request: Request, questions: Sequence[Row]) -> list[str]:
    """The judge's own words, greedy. Raises `NotComputable` where a question does not fit its context."""
    from ftspec.data import prompts

    ids, context = prompts(questions, subject.tokenizer), Caller(subject).context
    longest = max(map(len, ids), default=0)
    if longest >= context:
        raise NotComputable(f"a question to the judge is {longest:,} tokens long, and it reads {context:,}")
    written, _ = generate(subject, ids, _ROOM, request.generation.batch_tokens)
    request.progress(len(request.rows))
    return subject.tokenizer.decode_batch([each.ids for each in written])
