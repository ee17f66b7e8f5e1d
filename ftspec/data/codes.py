"""The codes of data mistakes: FT330 to FT399 for rows and what is made of them, FT501 to FT519 for resources."""

from __future__ import annotations

from ftspec.compile.codes import BAD_KEEP, BAD_TEMPLATE
from ftspec.text.diagnostic import Code, Severity

__all__ = ["BAD_KEEP", "BAD_TEMPLATE"]

MISSING_FILE = Code("FT501", "missing-file")
UNREADABLE_DATA = Code("FT502", "unreadable-data")

BAD_ROW = Code("FT330", "bad-row")
MISSING_FIELD = Code("FT331", "missing-field")
UNKNOWN_TEMPLATE = Code("FT333", "unknown-template")
UNKNOWN_FORMAT = Code("FT334", "unknown-format")
WRONG_TYPE = Code("FT335", "wrong-field-type")
BAD_CONVERSATION = Code("FT336", "bad-conversation")
NO_ROWS = Code("FT337", "no-rows")
EMPTY_SPLIT = Code("FT338", "empty-split")
MISSING_STRATUM = Code("FT339", "missing-stratum", Severity.WARNING)
UNKNOWN_PART = Code("FT340", "unknown-part")
NOTHING_TRAINS = Code("FT342", "nothing-trains")
END_NEVER_TRAINED = Code("FT343", "end-never-trained")
PREFIX_DIFFERS = Code("FT344", "prefix-differs")
REFUSED_BY_TEMPLATE = Code("FT345", "refused-by-chat-template")
ANSWERS_CUT = Code("FT346", "answers-cut", Severity.WARNING)
LEAK = Code("FT347", "leak")
SHARED_PASSAGE = Code("FT350", "shared-passage", Severity.WARNING)
CONTRADICTORY_LABELS = Code("FT351", "contradictory-labels", Severity.WARNING)
FEW_ROWS = Code("FT352", "few-rows", Severity.WARNING)
LONG_PROMPTS = Code("FT353", "long-prompts", Severity.WARNING)
CHAT_MODEL_ON_TEXT = Code("FT354", "chat-model-on-text", Severity.WARNING)
MISFIT = Code("FT355", "misfit-rows")
NEEDS_TOKENIZER = Code("FT348", "needs-tokenizer")
BAD_MIXTURE = Code("FT349", "bad-mixture")
