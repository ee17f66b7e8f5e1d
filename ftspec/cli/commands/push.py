"""`ftspec push`: a model that passed, to a repository."""

from __future__ import annotations

from pathlib import Path

import click

from ftspec.cli.force import force_option


@click.command()
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.argument("repository", metavar="[ORG/NAME]", required=False)
@click.option("--public", is_flag=True, help="With ORG/NAME: everyone may see it.")
@force_option
def command(run: Path, repository: str | None, public: bool, force: str | None) -> int:
    """Push the model of RUN, which must have passed its gates, where its spec says or to ORG/NAME on the hub."""
    from ftspec.errors import CannotRun
    from ftspec.kinds.destinations import Destination
    from ftspec.kinds.registry import make
    from ftspec.pipeline import ship
    from ftspec.plan.load import read_plan
    from ftspec.run.ship import planned_destination

    plan = read_plan(run / "plan.json")
    destination = planned_destination(plan)
    if repository is not None:
        call = {"name": "hub", "arguments": {"repository": repository, "private": not public}}
        try:
            made = make("destinations", call)
        except ValueError as error:
            raise click.UsageError(f"`{repository}` is not ORG/NAME") from error
        assert isinstance(made, Destination)
        destination = made
    if destination is None:
        help = 'name one, `ftspec push RUN org/name`, or in the spec: `output { push = hub("org/name") }`'
        raise CannotRun("the spec names no place to push to", help)
    where, message = destination, f"{plan.spec.name}: plan {plan.digest[:12]}"
    click.echo(ship(run, destination.title, force, lambda: where.push(run / "model", message)))
    return 0
