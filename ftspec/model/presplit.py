"""How byte-level tokenizers cut a text into words before they look anything up, for plain ASCII text.

Only splitting rules that are known letter by letter are taken: for ASCII their character classes are the same in
every regular expression engine, which is not so beyond it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import AddedToken
    from tokenizers import Tokenizer as Backend

END, SEAM = "\2", "\3"
"""What ends a text, and what stands between the parts that one step hands to the next."""

_SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|"
_ENDS = r"[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"

KNOWN = (
    _GPT2,
    # Llama 3, cl100k
    _SHORT + r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+" + _ENDS,
    # Qwen 2 to 3
    _SHORT + r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+" + _ENDS,
    _SHORT + r"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+" + _ENDS,
)
"""Rules that leave no letter out, and none of whose alternatives goes on over a space after another character."""

BYTES = str.maketrans({" ": "Ġ", "\n": "Ċ", "\t": "ĉ", "\r": "č"})
"""The letters of byte-level vocabularies that stand for white space; printable ASCII stands for itself."""


@dataclass(frozen=True, slots=True)
class Presplit:
    """How a tokenizer cuts plain ASCII text into words."""

    steps: tuple[re.Pattern[str], ...]
    """What finds the parts that each step of the pre-tokenizer makes, and `END`."""

    cuts_lines: bool
    """Whether text can be cut after any line end before a sign; else only after one that stands alone."""

    def words(self, text: str) -> list[str]:
        """The words of texts that each end in `END`, which is a word of its own; no text holds `SEAM`."""
        *early, last = self.steps
        for step in early:
            text = _cut_ahead(step, text)
        return last.findall(text)


def _cut_ahead(step: re.Pattern[str], text: str) -> str:
    if step is _LINES:
        return text.replace("\n", f"{SEAM}\n{SEAM}")
    if step is _DIGITS[True]:
        return _DIGIT.sub(f"{SEAM}\\g<0>{SEAM}", text)
    return SEAM.join(step.findall(text))


def presplit(backend: Backend) -> Presplit | None:
    """What cuts plain ASCII text into the words of a tokenizer; its vocabulary has them with `BYTES` translated.

    None for a tokenizer with rules that are not known here, or that change or join what stands beside a space.
    """
    # NFC changes nothing in ASCII, and never joins a space with what follows it.
    if _state(backend.normalizer).get("type", "NFC") != "NFC":
        return None
    if type(backend.model).__name__ != "BPE" or backend.model.dropout:
        return None
    if any(_is_greedy(token) for token in backend.get_added_tokens_decoder().values()):
        return None
    splitter = _state(backend.pre_tokenizer) or {"type": "none"}
    steps = splitter["pretokenizers"] if splitter["type"] == "Sequence" else [splitter]
    cuts = [_cut(step) for step in steps]
    is_byte_level = any(step["type"] == "ByteLevel" for step in steps)
    has_words = any(_cuts_words(step) for step in steps)
    known = [cut for cut in cuts if cut is not None]
    return _all_of(known) if is_byte_level and has_words and len(known) == len(cuts) else None


def _state(part: Any) -> dict[str, Any]:
    """A normalizer or a pre-tokenizer as `tokenizer.json` has it; empty where there is none."""
    return {} if part is None else json.loads(part.__getstate__())


def _is_greedy(token: AddedToken) -> bool:
    """Whether an added token looks at, or holds, the space beside a word."""
    return " " in token.content or token.lstrip or token.rstrip or token.single_word


def _cuts_words(step: dict[str, Any]) -> bool:
    return step.get("use_regex") is True or (step["type"] == "Split" and step["pattern"].get("Regex") in KNOWN)


def _cut(step: dict[str, Any]) -> re.Pattern[str] | None:
    """What finds the parts that one step of a pre-tokenizer makes, and `END`; None where the step is not known."""
    match step:
        case {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}:
            return _ascii(_GPT2)
        case {"type": "ByteLevel", "add_prefix_space": False}:
            return _WHOLE
        case {"type": "Digits", "individual_digits": individual}:
            return _DIGITS[individual]
        case {"type": "Split", "behavior": "Isolated", "invert": False, "pattern": {"Regex": pattern}}:
            if pattern in (r"\n", "\n"):
                return _LINES
            return _ascii(pattern) if pattern in KNOWN else None
        case {"type": "Split", "behavior": "Isolated", "invert": False, "pattern": {"String": "\n"}}:
            return _LINES
        case _:
            return None


def _parts(pattern: str) -> re.Pattern[str]:
    """The pattern over many texts at once: nothing runs on over `END` or `SEAM`, and `END` is a part of its own."""
    pattern = pattern.replace("[^", f"[^{END}{SEAM}").replace(r"(?!\S)", f"(?![^{END}{SEAM}\\s])")
    return re.compile(f"{pattern}|{END}")


def _ascii(pattern: str) -> re.Pattern[str]:
    """The rule for ASCII text, where letters, digits and marks are these."""
    inside = re.sub(r"\[[^\]]*\]", lambda group: _classes(group.group(), "{}"), pattern)
    return _parts(_classes(inside, "[{}]"))


def _classes(pattern: str, written: str) -> str:
    for name, letters in {r"\p{L}": "A-Za-z", r"\p{N}": "0-9", r"\p{M}": ""}.items():
        pattern = pattern.replace(name, written.format(letters))
    return pattern


_WHOLE, _LINES = _parts(r"[^]+"), _parts(r"\n|[^\n]+")

_DIGITS = (_parts("[0-9]+|[^0-9]+"), _parts("[0-9]|[^0-9]+"))
"""Digits together, and one by one."""

_DIGIT = re.compile("[0-9]")


def _all_of(cuts: Sequence[re.Pattern[str]]) -> Presplit:
    steps = tuple(cut for cut in cuts if cut is not _WHOLE)
    lines = {_LINES, *(_ascii(rule) for rule in KNOWN if rule.endswith(_ENDS))}
    first = next((step for step in steps if step not in _DIGITS), _WHOLE)
    return Presplit(steps, first in lines)
