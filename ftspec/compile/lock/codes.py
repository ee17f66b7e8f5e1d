"""What can be wrong with a lock: FT560 to FT569."""

from ftspec.text.diagnostic import Code

STALE_LOCK = Code("FT560", "stale-lock")
BROKEN_LOCK = Code("FT561", "broken-lock")
