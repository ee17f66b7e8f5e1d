"""How a language model is asked which of two answers is better, and how its word is read.

(Zheng et al. 2023, "Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena", arXiv:2306.05685.)
"""

from __future__ import annotations

import re
from typing import Literal

RUBRIC = "Compare two answers to a request."
"""What a judge is told where the spec says nothing."""

OPTIONS = ("A", "B")

_QUESTION = """{rubric}

Request: {prompt}

A: {first}

B: {second}

Which answer is better, A or B?"""

_LEAD = r"(?:the\s+)?(?:(?:better|best|preferred|winning)\s+)?(?:(?:answer|response|choice|option|verdict|winner)\s*)?"
_WORD = re.compile(
    rf"\W*(?i:{_LEAD}(?:is\b)?)[\s:]*[^\w\s]*([AB])(?=\W*$|[^\w\s']|\s*\n|\s+(?i:is|because|since|as)\b)"
)


def question(rubric: str, prompt: str, first: str, second: str) -> str:
    """What the judge reads, with `first` in the place of A."""
    return _QUESTION.format(rubric=rubric, prompt=prompt, first=first, second=second)


def choice(said: str) -> Literal["A", "B"] | None:
    """The answer that a judge names at the beginning of what it says; None where it names neither, or does not commit.

    `A`, `**B**`, `(A).`, `Answer: B` and `The better answer is A because …` are answers; `A tie`, `A or B` and `Both`
    are none.
    """
    found = _WORD.match(said)
    line = said.strip().partition("\n")[0]
    undecided = re.search(r"\bA\W+(?:(?i:or|and)\W+)?B\b|\bB\W+(?:(?i:or|and)\W+)?A\b", line)
    if found is None or undecided is not None:
        return None
    return "A" if found[1] == "A" else "B"
