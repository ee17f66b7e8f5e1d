"""The codes of data: FT330 to FT399 for mistakes in rows, FT430 to FT449 for advice, FT501 to FT519 for resources."""

from __future__ import annotations

from collections.abc import Mapping

from ftspec.compile.codes import BAD_KEEP, BAD_TEMPLATE
from ftspec.text.diagnostic import Code, Severity

__all__ = ["BAD_KEEP", "BAD_TEMPLATE"]

MISSING_FILE = Code("FT501", "missing-data")
NOT_INSTALLED = Code("FT510", "not-installed")
UNREADABLE_DATA = Code("FT502", "unreadable-data")

BAD_ROW = Code("FT330", "bad-row")
MISSING_FIELD = Code("FT331", "missing-field")
UNKNOWN_FORMAT = Code("FT334", "unknown-format")
WRONG_TYPE = Code("FT335", "wrong-field-type")
BAD_CONVERSATION = Code("FT336", "bad-conversation")
NO_ROWS = Code("FT337", "no-rows")
EMPTY_SPLIT = Code("FT338", "empty-split")
MISSING_STRATUM = Code("FT430", "missing-stratum", Severity.WARNING)
UNKNOWN_PART = Code("FT340", "unknown-part")
NOTHING_TRAINS = Code("FT342", "nothing-trains")
END_NEVER_TRAINED = Code("FT343", "end-never-trained")
PREFIX_DIFFERS = Code("FT344", "prefix-differs")
REFUSED_BY_TEMPLATE = Code("FT345", "refused-by-chat-template")
ANSWERS_CUT = Code("FT431", "answers-cut", Severity.WARNING)
LEAK = Code("FT347", "leak")
MISFIT = Code("FT355", "misfit-rows")
SHARED_PASSAGE = Code("FT432", "shared-passage", Severity.WARNING)
CONTRADICTORY_LABELS = Code("FT433", "contradictory-labels", Severity.WARNING)
FEW_ROWS = Code("FT434", "few-rows", Severity.WARNING)
LONG_PROMPTS = Code("FT435", "long-prompts", Severity.WARNING)
CHAT_MODEL_ON_TEXT = Code("FT436", "chat-model-on-text", Severity.WARNING)
EMPTY_ANSWERS = Code("FT437", "empty-answers", Severity.WARNING)
WAIVED_LEAK = Code("FT438", "waived-leak", Severity.WARNING)
IDLE_LEAK_WAIVER = Code("FT439", "idle-leak-waiver", Severity.WARNING)
IDLE_AUGMENT = Code("FT440", "idle-augment", Severity.WARNING)
ONE_ANSWER = Code("FT441", "one-answer", Severity.WARNING)
EQUAL_PAIRS = Code("FT442", "equal-pairs", Severity.WARNING)
LABELS_ALIKE = Code("FT443", "labels-alike", Severity.WARNING)
MIXED_TYPES = Code("FT444", "mixed-types", Severity.WARNING)
EMPTY_PROMPTS = Code("FT445", "empty-prompts", Severity.WARNING)
TOOLS_UNSAID = Code("FT446", "tools-unsaid", Severity.WARNING)
SHARE_MISSED = Code("FT447", "share-missed", Severity.WARNING)
SHARED_QUESTION = Code("FT448", "shared-question", Severity.WARNING)
LENGTH_TELLS = Code("FT449", "length-tells", Severity.WARNING)
NEEDS_TOKENIZER = Code("FT348", "needs-tokenizer")
BAD_MIXTURE = Code("FT349", "bad-mixture")

RETIRED: Mapping[str, str] = {
    "FT339": "FT430",
    "FT346": "FT431",
    "FT350": "FT432",
    "FT351": "FT433",
    "FT352": "FT434",
    "FT353": "FT435",
    "FT354": "FT436",
}
"""Numbers that were given to advice, and what it is called now: they are never given to anything else."""
