"""`constitutional(helpful, prompts.train, principles = [...])`: critique and revision (Bai et al. 2022)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Annotated, Any, ClassVar

from pydantic import Field

from ftspec.kinds.sources._generated import Generated
from ftspec.kinds.writing import Asked, Talk, Writer
from ftspec.spec.data import Format

_CRITIQUE = "Does your answer break this principle? {principle}"
_REVISE = "Rewrite your answer so that it keeps the principle."


class Constitutional(Generated):
    """A model answers, says how its answer breaks a principle, and rewrites it (arXiv:2212.08073, section 3).

    Each prompt gets one of the principles, and one more in each further round. A row holds the first answer as
    `rejected` and the last as `chosen`, with the critique: preferences as it is, and with a template of
    `{{ prompt }}` and `{{ revision }}` demonstrations.
    """

    format: ClassVar[Format] = "preference"
    row_fields: ClassVar[tuple[str, ...]] = (
        "prompt", "chosen", "rejected", "critique", "revision", "changed", "principle", "item", "model", "seed",
    )  # fmt: skip
    valid: ClassVar[tuple[str, ...]] = (
        'constitutional(helpful, prompts.train, principles = ["An answer is polite."])',
        'constitutional(helpful, prompts.train, principles = ["Be kind.", "Be brief."], rounds = 2)',
    )
    invalid: ClassVar[tuple[str, ...]] = (
        "constitutional(helpful, prompts.train)",
        "constitutional(helpful, prompts.train, principles = [])",
    )

    principles: Annotated[tuple[str, ...], Field(min_length=1)]
    """The constitution, a sentence each."""

    rounds: int = Field(default=1, ge=1)
    """Critiques and revisions of each answer."""

    def expected_rows(self, prompts: int) -> int:
        """One for each prompt."""
        return prompts

    def written(self, writer: Writer) -> Iterator[dict[str, Any]]:
        """The rows in the order of the prompts."""
        asked = writer.prompts()
        first = answers = writer.draw(self.model, [each.talk for each in asked], "answer")
        critiques, principles = [""] * len(asked), [""] * len(asked)
        for turn in range(self.rounds):
            principles = [self._principle(each, turn) for each in asked]
            drawn = zip(asked, answers, principles, strict=True)
            talks: list[Talk] = [
                (*each.talk, ("assistant", answer), ("user", _CRITIQUE.format(principle=principle)))
                for each, answer, principle in drawn
            ]
            critiques = writer.draw(self.model, talks, f"critique {turn}")
            talks = [
                (*talk, ("assistant", critique), ("user", _REVISE))
                for talk, critique in zip(talks, critiques, strict=True)
            ]
            answers = writer.draw(self.model, talks, f"revision {turn}")
        for place, each in enumerate(asked):
            yield {
                "prompt": each.prompt,
                "chosen": answers[place],
                "rejected": first[place],
                "critique": critiques[place],
                "revision": answers[place],
                "changed": answers[place] != first[place],
                "item": each.item,
                **self.provenance(principle=principles[place]),
            }

    def _principle(self, asked: Asked, turn: int) -> str:
        """A hash rather than chance: the same principle for the same prompt, whatever stands around it."""
        number = int.from_bytes(sha256(f"{self.seed}/{asked.item}".encode()).digest()[:6], "big")
        return self.principles[(number + turn) % len(self.principles)]
