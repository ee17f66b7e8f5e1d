"""Hold the gates against the measurements and write the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftspec.plan.steps import Decide
from ftspec.run import artefact
from ftspec.run.session import Session
from ftspec.run.steps import Outcome
from ftspec.text.files import write_atomic

if TYPE_CHECKING:
    from ftspec.evaluate import Measurements, Verdict


def decide(step: Decide, session: Session, measurements: Measurements) -> tuple[Outcome, Verdict]:
    """The verdict, also in `verdict.json`."""
    from ftspec.evaluate import decide as hold
    from ftspec.evaluate import to_json
    from ftspec.evaluate.verify import evidence

    plan = session.plan
    export = next((each for each in plan.steps if each.kind == "export"), None)
    verdict = hold(
        step,
        plan.gates,
        measurements,
        digest=plan.digest,
        spec=plan.spec.name,
        artefact=artefact.kept(session.folder.model, session.digests[export.id]) if export else None,
        evidence=evidence(session.folder.path),
    )
    write_atomic(session.folder.verdict, to_json(verdict))
    session.events.verdict(verdict.verdict)
    return Outcome(verdict.verdict), verdict
