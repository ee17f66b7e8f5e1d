"""`ftspec attest`: what other tools read about a run, and a signature over it."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.option("--sign", metavar="KEY.pem", type=click.Path(path_type=Path, dir_okay=False), help="Private EC key.")
@click.option("--check", metavar="KEY.pem", type=click.Path(path_type=Path, dir_okay=False), help="Public EC key.")
def command(run: Path, sign: Path | None, check: Path | None) -> int:
    """Write an in-toto test result and a CycloneDX bill of materials into RUN, whose verdict must stand.

    With --sign, sign the run's model and evidence too; with --check, write nothing and check that signature.
    """
    from ftspec.errors import CannotRun
    from ftspec.evaluate.results import Verdict
    from ftspec.evaluate.written import ATTESTED, SIGNATURE
    from ftspec.plan.load import read_plan
    from ftspec.run.attest import bill_of_materials, test_result
    from ftspec.run.checking import problems
    from ftspec.run.sealing import told
    from ftspec.run.ship import NotShippable
    from ftspec.run.signing import sign as sign_run
    from ftspec.run.signing import signature_problem
    from ftspec.text.files import write_atomic

    for key in (sign, check):
        if key is not None and not key.is_file():
            raise CannotRun(f"{key} does not exist", "make a key: `openssl ecparam -name prime256v1 -genkey`")
    if check is not None:
        if (problem := signature_problem(run, check)) is not None:
            raise NotShippable(problem)
        click.echo("the signature stands")
        return 0
    # What is written anew need not be as it was.
    if found := [each for each in problems(run, None) if not each.startswith((*ATTESTED, SIGNATURE))]:
        raise NotShippable(f"the verdict of {run} does not stand: {found[0]}", f"see `ftspec gate {run} --verify`")
    plan = read_plan(run / "plan.json")
    verdict = Verdict.model_validate_json((run / "verdict.json").read_bytes())
    for name, write in zip(ATTESTED, (test_result, bill_of_materials), strict=True):
        with told(run, name):
            write_atomic(run / name, write(run, plan, verdict))
        click.echo(str(run / name))
    if sign is not None:
        with told(run, SIGNATURE):
            signature = sign_run(run, sign)
        click.echo(str(signature))
    return 0
