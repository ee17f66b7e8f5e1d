"""Hold the gates against the measurements and write the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftspec.plan.steps import Decide, Export
from ftspec.run import artefact
from ftspec.run.sealing import write_verdict
from ftspec.run.session import Session
from ftspec.run.shipped import shipped_name
from ftspec.run.steps import Outcome

if TYPE_CHECKING:
    from ftspec.evaluate import Measurements, Verdict
    from ftspec.evaluate.results import Artefact


def decide(step: Decide, session: Session, measurements: Measurements) -> tuple[Outcome, Verdict]:
    """The verdict, also in `verdict.json`."""
    from ftspec.evaluate import decide as hold
    from ftspec.evaluate.verify import evidence

    plan = session.plan
    first, *others = plan.of(Export)
    verdict = hold(
        step,
        plan.gates,
        measurements,
        digest=plan.digest,
        spec=plan.spec.name,
        artefact=_kept(first, session),
        also=[each for step in others if (each := _kept(step, session)) is not None],
        evidence=evidence(session.folder.path),
        shipped=shipped_name(plan, session),
    )
    write_verdict(session.folder, verdict, session.events)
    return Outcome(verdict.verdict), verdict


def _kept(step: Export, session: Session) -> Artefact | None:
    return artefact.kept(session.folder.form(step.inside), session.digests[step.id])
