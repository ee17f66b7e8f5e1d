"""The verdict over all gates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ftspec.evaluate.corrections import confidences
from ftspec.evaluate.gate import USUAL, Judged
from ftspec.evaluate.results import Artefact, Evidence, Measurements, Verdict
from ftspec.evaluate.spread import STATISTICS
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
    also: Sequence[Artefact] = (),
    evidence: Evidence | None = None,
    statistics: int = STATISTICS,
    shipped: str | None = None,
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
        also: Its further forms.
        evidence: The hashes of the files that the verdict rests on.
        statistics: By which rules intervals are found: those of today, unless an older verdict is made again.
        shipped: The run that `shipped` in the rules is; empty where none has shipped yet, None where no rule asks.
    """
    judged = [Judged(gate, step, measurements, statistics) for gate in gates]
    levels = confidences(judged, USUAL if step.confidence is None else step.confidence, step.correction)
    results = tuple(gate.result(level) for gate, level in zip(judged, levels, strict=True))
    verdict = Verdict(
        verdict="fail",
        digest=digest,
        spec=spec,
        statistics=statistics,
        artefact=artefact,
        also=tuple(also),
        evidence=evidence,
        shipped=shipped,
        gates=results,
    )
    return verdict.model_copy(update={"verdict": _overall(verdict)})


def _overall(verdict: Verdict) -> Literal["pass", "fail", "inconclusive"]:
    if verdict.disagreement is not None:
        return "fail"
    required = {result.verdict for result in verdict.gates if result.verb == "require"}
    if "fail" in required:
        return "fail"
    return "inconclusive" if "inconclusive" in required else "pass"
