"""Files that are written after the verdict: the record has the hash of each, and a verdict has one there too.

The page and the card show a verdict, `shipped.jsonl` tells where the model went, attestations tell others about it:
none of them can stand in the verdict's own evidence, because they come later. The record is chained
(`ftspec.text.chain`), so that nothing is changed in the middle of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ftspec.text.chain import lines_of, unchained

REPORT, CARD, SHIPPED = "report.html", "model/README.md", "shipped.jsonl"
ATTESTED = ("attestation.json", "bom.json")
SIGNATURE = "signature.json"
LATER = (REPORT, CARD, SHIPPED, *ATTESTED, SIGNATURE)
"""The files, by name in the run's folder."""

_FOR_OTHERS = (*ATTESTED, SIGNATURE)

_ANEW: Mapping[str, str] = {
    REPORT: "`ftspec report` writes it anew",
    CARD: "`ftspec report` writes it anew",
    **dict.fromkeys(_FOR_OTHERS, "`ftspec attest` writes it anew"),
}


def written(lines: Sequence[str]) -> dict[str, str]:
    """The SHA-256 of each such file as the record tells it last, by name; versions before this one kept the page's."""
    found = {}
    for event in _events(lines, "report", "written"):
        found[str(event.get("file", REPORT))] = str(event["sha256"])
    return found


def other_files(run: Path, lines: Sequence[str], all_are_told: bool) -> Iterator[str]:
    """Files that are not as they were written.

    Args:
        run: The run's folder.
        lines: Of its record.
        all_are_told: Whether the record must name every one of them: older versions named the page alone.
    """
    told = written(lines)
    for name in LATER:
        path, remedy = run / name, f"; {_ANEW[name]}" if name in _ANEW else ""
        if name in told and not path.is_file():
            if name not in _FOR_OTHERS:  # who takes these away takes nothing from the verdict
                yield f"{name} is gone{remedy}"
        elif name in told and file_hash(path) != told[name]:
            yield f"{name} is not the file that was written{remedy}"
        elif name not in told and all_are_told and path.is_file():
            yield f"{name}: the record does not tell that it was written{remedy}"
    yield from _other_shipments(run / SHIPPED)


def other_verdict(run: Path, lines: Sequence[str]) -> Iterator[str]:
    """Whether the last verdict that the record tells of is the one in `verdict.json`."""
    told = [event.get("sha256") for event in _events(lines, "verdict")]
    if told[-1:] != [file_hash(run / "verdict.json")]:
        yield "record.jsonl does not tell of this verdict.json"


def _other_shipments(path: Path) -> Iterator[str]:
    """Lines that were changed, and shipments without a reason that no verdict let pass."""
    lines = lines_of(path.read_bytes()) if path.is_file() else []
    for number in unchained(lines):
        yield f"{SHIPPED}: line {number} was changed, or one before it is missing"
    for number, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
            verdict, forced = told["verdict"], told["forced"]
        except (ValueError, LookupError, TypeError):
            yield f"{SHIPPED}: line {number} tells of no shipment"
            continue
        if verdict != "pass" and forced is None:
            yield f"{SHIPPED}: line {number} tells of a model that left with the verdict {verdict}"


def _events(lines: Sequence[str], *names: str) -> Iterator[Mapping[str, Any]]:
    starts = tuple(f'{{"event": "{name}"' for name in names)
    return (json.loads(line) for line in lines if line.startswith(starts))


def file_hash(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
