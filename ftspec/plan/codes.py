"""What can be wrong with the device a plan is made for: FT540 to FT549."""

from __future__ import annotations

from ftspec.text.diagnostic import Code

UNKNOWN_DEVICE = Code("FT540", "unknown-device")
NO_DEVICES = Code("FT541", "no-devices")
FIXED_COUNT = Code("FT542", "fixed-count")
