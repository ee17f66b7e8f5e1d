"""What can be wrong with a model folder: FT520 to FT539."""

from __future__ import annotations

from ftspec.text.diagnostic import Code, Severity

MISSING_MODEL = Code("FT520", "missing-model")
MISSING_CONFIG = Code("FT521", "missing-config")
BROKEN_CONFIG = Code("FT522", "broken-config")
UNKNOWN_ARCHITECTURE = Code("FT523", "unknown-architecture")
PICKLED_WEIGHTS = Code("FT524", "pickled-weights")
BROKEN_WEIGHTS = Code("FT525", "broken-weights")
WEIGHTS_DISAGREE = Code("FT526", "weights-disagree")
UNKNOWN_MODEL = Code("FT527", "unknown-model")
SLOW_ARCHITECTURE = Code("FT528", "slow-architecture", Severity.WARNING)
MISSING_WEIGHTS = Code("FT529", "missing-weights", Severity.WARNING)
