"""The verdict over all gates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ftspec.evaluate.corrections import confidences
from ftspec.evaluate.gate import USUAL, Judged
from ftspec.evaluate.results import Artefact, Evidence, GateResult, Measurements, Verdict
from ftspec.plan.plan import Gate
from ftspec.plan.steps import Decide


def decide(
    step: Decide,
    gates: Sequence[Gate],
    measurements: Measurements,
    *,
    digest: str = "",
    spec: str = "",
    artefact: Artefact | None = None,
    evidence: Evidence | None = None,
) -> Verdict:
    """Hold every gate against the measurements.

    The points decide; with `confidence` in the step whole intervals do. A gate whose measurement has no value fails.
    The verdict is fail when a `require` fails, or where merged weights answer otherwise than their adapter; else
    inconclusive when one is, else pass. `warn` and `report` never change it.

    Args:
        step: Confidence, correction, seed and number of draws.
        gates: The plan's gates; they name measurements by id.
        measurements: What `measure` gave.
        digest: The plan's digest.
        spec: The spec's name.
        artefact: What was scored.
        evidence: The hashes of the files that the verdict rests on.
    """
    judged = [Judged(gate, step, measurements) for gate in gates]
    levels = confidences(judged, USUAL if step.confidence is None else step.confidence, step.correction)
    results = tuple(gate.result(level) for gate, level in zip(judged, levels, strict=True))
    overall = _overall(results, artefact)
    return Verdict(verdict=overall, digest=digest, spec=spec, artefact=artefact, evidence=evidence, gates=results)


def _overall(results: Sequence[GateResult], artefact: Artefact | None) -> Literal["pass", "fail", "inconclusive"]:
    if artefact is not None and artefact.agreement is not None and not artefact.agreement.holds:
        return "fail"
    required = {result.verdict for result in results if result.verb == "require"}
    if "fail" in required:
        return "fail"
    return "inconclusive" if "inconclusive" in required else "pass"
