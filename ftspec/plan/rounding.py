"""What the tokens of a micro batch are rounded up to where a processor compiles kernels for every length it meets.

The plan counts the kernels, and `ftspec/kinds/objectives/_few_lengths.py` keeps them that few.
"""

from __future__ import annotations

FINEST, COARSEST = 8, 256


def coarseness(size: int) -> int:
    """The largest power of two up to `size`, from 8 to 256."""
    return min(COARSEST, max(FINEST, 1 << (max(1, size).bit_length() - 1)))


def multiple_for(usual: int) -> int:
    """For micro batches of so many tokens usually: a sixteenth of them or less, so that little is padding."""
    return coarseness(usual // 16)
