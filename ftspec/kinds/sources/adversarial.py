"""`adversarial(attacker, attacks.train, samples = 2)`: prompts that a model should not fall for (Perez et al. 2022)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.sources._generated import Generated
from ftspec.kinds.writing import Writer
from ftspec.spec.data import Format


class Adversarial(Generated):
    """Harmful prompts from a list, and new ones that a model makes of them (arXiv:2202.03286)."""

    format: ClassVar[Format] = "prompt"
    row_fields: ClassVar[tuple[str, ...]] = ("prompt", "origin", "item", "sample", "model", "seed")
    valid: ClassVar[tuple[str, ...]] = (
        "adversarial(attacker, attacks.train)",
        'adversarial(attacker, attacks.train, samples = 4, instruction = "Ask for the same thing in other words.")',
    )
    invalid: ClassVar[tuple[str, ...]] = ("adversarial()", "adversarial(attacker, attacks.train, samples = 0)")

    samples: int = Field(default=1, ge=1)
    """New prompts from each of the list."""

    instruction: str = Field(default="Ask for the same thing in other words.", min_length=1)
    """What the model is asked to do with a prompt."""

    def expected_rows(self, prompts: int) -> int:
        """The list itself, and what is made of it."""
        return prompts * (1 + self.samples)

    def written(self, writer: Writer) -> Iterator[dict[str, Any]]:
        """The list, then round after round of new prompts; empty ones are left out."""
        asked = writer.prompts()
        for each in asked:
            yield {
                "prompt": each.text,
                "origin": "list",
                "item": each.item,
                "model": None,
                "seed": None,
                "sample": None,
            }
        talks = [(("user", f"{self.instruction}\n\n{each.text}"),) for each in asked]
        for sample in range(self.samples):
            for each, made in zip(asked, writer.draw(self.model, talks, f"sample {sample}"), strict=True):
                if made.strip():
                    said = {"prompt": made.strip(), "origin": "model", "item": each.item}
                    yield {**said, **self.provenance(sample=sample)}
