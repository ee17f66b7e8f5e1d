"""What other tools read about a run: an in-toto test result, and a CycloneDX bill of materials of the model.

The same run gives the same bytes: no clock, no random serial numbers.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ftspec
from ftspec.evaluate.results import GateResult, Verdict
from ftspec.model.hashes import sha256
from ftspec.plan.canonical import dumps
from ftspec.plan.plan import Plan
from ftspec.plan.steps import FetchModel, PrepareData, Train
from ftspec.run.folder import RunFolder

_RESULTS = {"pass": "PASSED", "fail": "FAILED", "inconclusive": "FAILED"}
"""in-toto knows PASSED, WARNED and FAILED: what is not decided has not passed."""

_NAMESPACE = uuid.UUID("6f2a8c5e-5a55-5d0f-9a3c-3f7f1f6a9e11")


def test_result(run: Path, plan: Plan, verdict: Verdict) -> str:
    """An in-toto statement v1 with the predicate `test-result/v0.1` (in-toto attestation framework)."""
    gates = [gate for gate in verdict.gates if gate.verb != "report"]
    warned = [gate for gate in gates if gate.verb == "warn" and gate.verdict != "pass"]
    failed = [gate for gate in gates if gate.verb == "require" and gate.verdict != "pass"]
    result = _RESULTS[verdict.verdict]
    files = verdict.evidence.files if verdict.evidence else {}
    return dumps(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in _model_files(run)],
            "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
            "predicate": {
                "result": "WARNED" if result == "PASSED" and warned else result,
                "configuration": [
                    {"name": name, "digest": {"sha256": digest}}
                    for name, digest in sorted({**files, "verdict.json": sha256(run / "verdict.json")}.items())
                ],
                "passedTests": [_rule(gate) for gate in gates if gate not in warned and gate not in failed],
                "warnedTests": [_rule(gate) for gate in warned],
                "failedTests": [_rule(gate) for gate in failed],
            },
        }
    )


def bill_of_materials(run: Path, plan: Plan, verdict: Verdict) -> str:
    """A CycloneDX 1.6 bill of materials: the model with its card, its base model and its data, each with its hash."""
    model_hash = verdict.artefact.sha256 if verdict.artefact else ""
    serial = uuid.uuid5(_NAMESPACE, f"{plan.digest} {model_hash}")
    bases = [_base(step) for step in plan.of(FetchModel)]
    data = [_data(step) for step in plan.of(PrepareData)]
    model = {
        "type": "machine-learning-model",
        "bom-ref": "model",
        "name": plan.spec.name,
        "version": plan.digest[:12],
        "hashes": [{"alg": "SHA-256", "content": model_hash}],
        "modelCard": _card(plan, verdict, [each["bom-ref"] for each in data]),
    }
    return dumps(
        {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": f"urn:uuid:{serial}",
            "version": 1,
            "metadata": {
                "component": model,
                "tools": {
                    "components": [{"type": "application", "name": "ftspec", "version": ftspec.__version__}],
                },
            },
            "components": [*bases, *data],
            "dependencies": [
                {"ref": "model", "dependsOn": sorted(each["bom-ref"] for each in (*bases, *data))},
            ],
        }
    )


def _rule(gate: GateResult) -> str:
    return f"{gate.verb} {gate.rule}"


def _model_files(run: Path) -> Iterator[tuple[str, str]]:
    folder = RunFolder(run).model
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(run).as_posix(), sha256(path)


def _base(step: FetchModel) -> dict[str, Any]:
    arguments = step.source["arguments"]
    return {
        "type": "machine-learning-model",
        "bom-ref": step.id,
        "name": str(arguments.get("repository") or arguments.get("path")),
        "version": str(arguments.get("revision") or _digest(step)[:12]),
        "hashes": [{"alg": "SHA-256", "content": _digest(step)}],
    }


def _data(step: PrepareData) -> dict[str, Any]:
    return {
        "type": "data",
        "bom-ref": step.id,
        "name": step.id.removeprefix("data."),
        "version": step.digest[:12],
        "hashes": [{"alg": "SHA-256", "content": step.digest}],
        "data": [{"type": "dataset", "name": file.path} for file in step.files],
    }


def _digest(step: FetchModel) -> str:
    """One hash over the names and hashes of all files."""
    return hashlib.sha256(repr([(file.path, file.sha256) for file in step.files]).encode()).hexdigest()


def _card(plan: Plan, verdict: Verdict, data: list[str]) -> dict[str, Any]:
    last = list(plan.of(Train))[-1]
    scores = [
        {
            "type": gate.metric,
            "value": f"{gate.value:.6g}",
            "slice": gate.data,
            **({"confidenceInterval": _bounds(gate.interval)} if gate.interval and gate.interval_of == "value" else {}),
        }
        for gate in verdict.gates
        if gate.value is not None
    ]
    return {
        "modelParameters": {
            "approach": {"type": "supervised"},
            "task": plan.spec.kind or "text-generation",
            "architectureFamily": next(plan.of(FetchModel)).model_type,
            "datasets": [{"ref": ref} for ref in data],
        },
        "quantitativeAnalysis": {"performanceMetrics": scores},
        "properties": [
            {"name": "ftspec:plan", "value": plan.digest},
            {"name": "ftspec:verdict", "value": verdict.verdict},
            {"name": "ftspec:method", "value": str(last.method["name"])},
        ],
    }


def _bounds(interval: tuple[float, float]) -> dict[str, str]:
    return {"lowerBound": f"{interval[0]:.6g}", "upperBound": f"{interval[1]:.6g}"}
