"""`sampled(imitation, prompts.train, samples = 4)`: a model's own answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.sources._generated import Generated
from ftspec.kinds.writing import Writer
from ftspec.spec.data import Format


class Sampled(Generated):
    """Answers that a model gives, several to each prompt: to train on, to look at, or to distil from."""

    format: ClassVar[Format] = "prompt_completion"
    row_fields: ClassVar[tuple[str, ...]] = ("prompt", "completion", "item", "sample", "model", "seed")
    valid: ClassVar[tuple[str, ...]] = (
        "sampled(teacher, prompts.train)",
        "sampled(model = teacher, prompts = prompts.train, samples = 4, temperature = 0.7)",
    )
    invalid: ClassVar[tuple[str, ...]] = ("sampled()", "sampled(teacher, prompts.train, samples = 0)")

    samples: int = Field(default=1, ge=1)
    """Answers to each prompt."""

    def expected_rows(self, prompts: int) -> int:
        """`samples` for each prompt."""
        return prompts * self.samples

    def written(self, writer: Writer) -> Iterator[dict[str, Any]]:
        """Sample after sample of all prompts."""
        asked = writer.prompts()
        for sample in range(self.samples):
            answers = writer.draw(self.model, [each.talk for each in asked], f"sample {sample}")
            for each, answer in zip(asked, answers, strict=True):
                said = {"prompt": each.prompt, "completion": answer, "item": each.item}
                yield {**said, **self.provenance(sample=sample)}
