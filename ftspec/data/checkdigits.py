"""Check digits: what tells a card or account number from any other row of digits."""

from __future__ import annotations

import re


def is_luhn(number: str) -> bool:
    """Whether a number of 13 to 19 digits passes the Luhn check of payment cards (ISO/IEC 7812-1)."""
    digits = [int(char) for char in number if char.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [digit if i % 2 == 0 else sum(divmod(2 * digit, 10)) for i, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """Whether an account number passes the mod-97 check of ISO 13616."""
    compact = re.sub(r"[\s-]", "", text).upper()
    if not 15 <= len(compact) <= 34:
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1
