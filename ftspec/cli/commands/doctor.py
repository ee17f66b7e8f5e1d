"""`ftspec doctor`: what does this machine have?"""

from __future__ import annotations

import click


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(form: str) -> int:
    """Show devices, packages and folders, and what is missing. Exits 3 when specs cannot run here."""
    from ftspec.doctor import examine, render

    findings = examine()
    if form == "json":
        import json

        click.echo(json.dumps([each.model_dump(mode="json") for each in findings], indent=2))
    else:
        click.echo(render(findings), nl=False)
    return 3 if any(each.state == "broken" for each in findings) else 0
