"""The chapter on the command line, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

_EXIT_CODES = """\
## Exit codes

| code | meaning |
| --- | --- |
| 0 | done, and every required gate passed |
| 1 | the spec has errors, or `--check` would change something |
| 2 | the command line makes no sense |
| 3 | this machine or these inputs cannot run the plan: missing model or data, too little memory, a stale lock |
| 4 | a required gate failed |
| 5 | a required gate is inconclusive |
| 6 | training failed |
| 75 | stopped by a signal, with a checkpoint kept: run again to go on |
"""


def commands() -> str:
    """Every command with its arguments and options."""
    from ftspec.cli.main import ftspec

    context = click.Context(ftspec, info_name="ftspec")
    parts = ["# Commands\n\nStandard output carries the result, standard error the progress.\n"]
    for name in ftspec.list_commands(context):
        command = ftspec.get_command(context, name)
        assert command is not None
        parts.append("\n".join(_command(name, command, context)) + "\n")
    return "\n".join((*parts, _EXIT_CODES))


def _command(name: str, command: click.Command, above: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=above)
    yield f"## ftspec {name}\n\n`{command.get_usage(context).removeprefix('Usage: ')}`\n"
    yield " ".join((command.help or "").split())
    options = [each for each in command.get_params(context) if isinstance(each, click.Option) and each.name != "help"]
    if options:
        yield ""
        yield from (_option(each, context) for each in options)


def _option(option: click.Option, context: click.Context) -> str:
    written, said = option.get_help_record(context) or ("", "")
    return f"- `{written}`" + (f": {said}" if said else "")
