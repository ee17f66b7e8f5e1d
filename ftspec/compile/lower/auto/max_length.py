"""The longest row that is not cut."""

from __future__ import annotations

from ftspec.compile.defaults import method_of
from ftspec.compile.lower.draft import Chosen, Draft
from ftspec.plan.facts import ModelFacts, TokenFacts
from ftspec.spec.train import Train


def choose_max_length(draft: Draft, path: str, train: Train, tokens: TokenFacts | None, model: ModelFacts) -> int:
    """As the spec says, else the longest row, up to what the model can hold behind virtual tokens."""
    room = model.context - method_of(train).virtual_tokens
    if train.max_length != "auto":
        return draft.said(path, min(train.max_length, room))
    if tokens is None:
        assumed = min(2048, room)
        return int(draft.chosen(path, Chosen(assumed, "the longest row is not known before the run")))
    if tokens.longest > room:
        return int(draft.chosen(path, Chosen(room, "the model holds no more")))
    return int(draft.chosen(path, Chosen(max(8, tokens.longest), "the longest row")))
