"""Terms that a spec adds to a tokenizer: which of them are new, and what a model looks like that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ftspec.plan.facts import ModelFacts

if TYPE_CHECKING:
    from tokenizers import Tokenizer as Backend


def added_terms(path: Path) -> tuple[str, ...]:
    """The terms of a vocabulary file, one a line, each once."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def add_terms(backend: Backend, terms: Sequence[str]) -> dict[str, int]:
    """Add the terms that a tokenizer lacks; gives these with their ids."""
    from tokenizers import AddedToken

    new = [text for text in terms if backend.token_to_id(text) is None]
    backend.add_tokens([AddedToken(text, normalized=False) for text in new])
    ids = ((text, backend.token_to_id(text)) for text in new)
    return {text: number for text, number in ids if number is not None}


def with_terms(facts: ModelFacts, folder: Path | None, terms: Sequence[str]) -> ModelFacts:
    """The facts with the terms that are new to the tokenizer in `folder`; all of them where it is not at hand."""
    ids = _ids(facts, folder, terms)
    rows = max((facts.vocabulary, *(number + 1 for number in ids.values())))
    tensors = tuple(
        tensor.model_copy(update={"shape": (rows, *tensor.shape[1:])}) if _by_token(tensor.shape, facts) else tensor
        for tensor in facts.tensors
    )
    added = {"added_tokens": tuple(ids), "added_ids": tuple(ids.values())}
    return facts.model_copy(update={"tensors": tensors, "vocabulary": rows, **added})


def _ids(facts: ModelFacts, folder: Path | None, terms: Sequence[str]) -> dict[str, int]:
    path = folder / "tokenizer.json" if folder is not None else None
    if path is None or not path.is_file():
        return {text: facts.vocabulary + place for place, text in enumerate(terms)}
    from tokenizers import Tokenizer as Backend

    try:
        return add_terms(Backend.from_file(str(path)), terms)
    except Exception:  # the package raises bare Exception; the survey of the data says what is wrong with the file
        return {}


def _by_token(shape: tuple[int, ...], facts: ModelFacts) -> bool:
    return shape in ((facts.vocabulary, facts.hidden), (facts.vocabulary,))
