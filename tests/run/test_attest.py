"""What other tools read: an in-toto test result, a CycloneDX bill of materials, and a signature."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ftspec.run.checking import problems
from tests.run.gates import ID, called, gate, gated
from tests.run.plans import loss_of, ran, train_step, whole, write_world


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("attest") / "spec"
    write_world(root)
    plan = whole(root, train_step(root), measured=(loss_of("export"),))
    return ran(gated(plan, gate(ID, "<=", 9), gate(ID, "<=", 0.1, "warn")), root)


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "run"))


def test_the_test_result_names_every_gate_and_file(run: Path) -> None:
    assert called("attest", run) == 0
    statement = json.loads((run / "attestation.json").read_text())
    predicate = statement["predicate"]
    assert predicate["result"] == "WARNED"
    assert predicate["passedTests"] == [f"require {ID} <= 9"]
    assert predicate["warnedTests"] == [f"warn {ID} <= 0.1"]
    assert {"plan.json", "verdict.json", "items/index.json"} <= {each["name"] for each in predicate["configuration"]}
    assert "model/adapter_model.safetensors" in {each["name"] for each in statement["subject"]}
    first = (run / "bom.json").read_bytes()
    assert called("attest", run) == 0
    assert (run / "bom.json").read_bytes() == first, "the same run, the same bytes"


def test_the_bill_of_materials_is_cyclonedx(run: Path) -> None:
    validation = pytest.importorskip("cyclonedx.validation.json")
    from cyclonedx.schema import SchemaVersion

    assert called("attest", run) == 0
    error = validation.JsonStrictValidator(SchemaVersion.V1_6).validate_str((run / "bom.json").read_text())
    assert error is None, error


def test_a_verdict_that_does_not_stand_is_not_attested(run: Path) -> None:
    (run / "samples.jsonl").write_text("{}\n")
    assert called("attest", run) == 4
    assert not (run / "attestation.json").exists()


@pytest.mark.parametrize("name", ["verdict.json", "plan.json", "model/tokenizer.json", "items/index.json", "bom.json"])
def test_a_signature_holds_every_file(
    run: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("model_signing")
    monkeypatch.chdir(run.parent)
    run = Path(run.name)  # as it is typed, not from the root on
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (tmp_path / "key.pem").write_bytes(private.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    public = serialization.PublicFormat.SubjectPublicKeyInfo
    (tmp_path / "public.pem").write_bytes(private.public_key().public_bytes(pem, public))
    assert called("attest", run, "--check", tmp_path / "public.pem") == 4
    assert "nobody has signed" in capsys.readouterr().err
    assert called("attest", run, "--sign", tmp_path / "key.pem") == 0
    assert called("attest", run, "--check", tmp_path / "public.pem") == 0
    path = run / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert called("attest", run, "--check", tmp_path / "public.pem") == 4


def test_a_key_that_is_none_is_named(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("model_signing")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    pem, public = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    (tmp_path / "public.pem").write_bytes(
        ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(pem, public)
    )
    (tmp_path / "text.pem").write_text("no key\n")
    for name in ("public.pem", "text.pem"):
        assert called("attest", run, "--sign", tmp_path / name) == 3
        assert f"cannot be signed with {tmp_path / name}" in capsys.readouterr().err
    (run / "signature.json").write_text("{}\n")
    assert called("attest", run, "--check", tmp_path / "text.pem") == 3
    assert "is no key to check with" in capsys.readouterr().err


def test_the_statement_is_in_toto(run: Path) -> None:
    statement = pytest.importorskip("in_toto_attestation.v1.statement")
    from google.protobuf import json_format
    from in_toto_attestation.v1.statement_pb2 import Statement

    assert called("attest", run) == 0
    text = (run / "attestation.json").read_text()
    statement.Statement.copy_from_pb(json_format.Parse(text, Statement())).validate()


def test_what_was_changed_or_taken_away_is_written_anew(run: Path) -> None:
    assert called("attest", run) == 0
    (run / "bom.json").unlink()
    assert problems(run, None) == [], "who takes it away takes nothing from the verdict"
    (run / "attestation.json").write_text("{}\n")
    [problem] = problems(run, None)
    assert problem == "attestation.json is not the file that was written; `ftspec attest` writes it anew"
    assert called("attest", run) == 0
    assert problems(run, None) == []
