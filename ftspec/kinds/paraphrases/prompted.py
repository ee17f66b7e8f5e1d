"""`prompted(rewriter, copies = 2)`: a model is asked to say it in other words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.paraphrases import Paraphrase
from ftspec.kinds.writing import Talk, Writer

_INSTRUCTION = "Say the following in other words. Keep every fact, and answer with the new text alone."

EMPTY, CUT, UNCHANGED = "empty", "cut", "unchanged"
"""Why a paraphrase trains nothing: it says nothing, was cut at `max_new_tokens`, or says what the row says already."""


class Prompted(Paraphrase):
    """Each turn that asks is put in other words by a model; what is answered stays as it is.

    The model writes while the plan runs. The run's folder keeps what it wrote, `data/NAME.paraphrases.jsonl`: a row
    with the prompts, the model and the seed for each paraphrase, and why it was left out, if it was: because it is
    empty, was cut, says nothing new, or comes near to a row that is held out.
    """

    positional: ClassVar[tuple[str, ...]] = ("model",)
    valid: ClassVar[tuple[str, ...]] = (
        "prompted(rewriter)",
        'prompted(rewriter, copies = 3, temperature = 0.7, instruction = "Say this as a customer would.")',
    )
    invalid: ClassVar[tuple[str, ...]] = ("prompted()", "prompted(rewriter, copies = 0)")

    copies: int = Field(default=1, ge=1)
    """Paraphrases of each training row."""

    instruction: str = Field(default=_INSTRUCTION, min_length=1)
    """What the model is asked to do; the text stands below it, after an empty line."""

    def expected_rows(self, prompts: int) -> int:
        """`copies` for each row."""
        return prompts * self.copies

    def written(self, writer: Writer) -> Iterator[dict[str, Any]]:
        """Copy after copy of all rows."""
        rows = writer.changeable()
        asked = [[f"{self.instruction}\n\n{text}" for text in texts] for _, texts in rows]
        talks: list[Talk] = [(("user", prompt),) for prompts in asked for prompt in prompts]
        seen = [{_plain(texts)} for _, texts in rows]
        for copy in range(self.copies):
            drawn = iter(writer.drawn(self.model, talks, f"paraphrase {copy}"))
            for place, (item, texts) in enumerate(rows):
                answers = [next(drawn) for _ in texts]
                new = [text.strip() for text, _ in answers]
                why = _why_not(new, all(ended for _, ended in answers), seen[place])
                seen[place].add(_plain(new))
                said = {"item": item, "texts": list(texts), "paraphrases": new, "left_out": why}
                yield {**said, **self.provenance(prompts=asked[place], copy=copy)}


def _plain(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(text.casefold().split()) for text in texts)


def _why_not(new: Sequence[str], ended: bool, seen: set[tuple[str, ...]]) -> str | None:
    if not ended:
        return CUT
    if not all(new):
        return EMPTY
    return UNCHANGED if _plain(new) in seen else None
