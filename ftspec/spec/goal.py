"""`goal "sentence" { … }`: what the model is for."""

from typing import Literal

from ftspec.spec.types import Frozen


class Goal(Frozen):
    """What the fine-tuned model is for; the advice reasons from it."""

    sentence: str
    """The goal in one sentence."""

    kind: Literal["task", "format", "style", "domain", "knowledge", "preference", "safety", "compression"]
    """What changes in the model: a task it learns, a format it keeps, facts it should know, …"""

    owner: str | None = None
    """Who answers for the model."""

    why: str | None = None
    """Why prompting or retrieval is not enough."""

    facts_change: Literal["never", "monthly", "daily"] = "never"
    """How often the facts behind the answers change. Daily facts belong in retrieval, not in weights."""
