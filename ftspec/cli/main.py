"""`ftspec`: finds the command's file, runs it, and turns every failure into one message and an exit code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from ftspec import __version__
from ftspec.cli.quick import quick_start

_COMMANDS = Path(__file__).parent / "commands"
_ORDER = ("init", "check", "fmt", "compile", "preview", "run", "gate", "report", "compare", "runs", "diff", "lock")
"""The order in which a user meets them; the others follow."""


_BUG = "this is a bug of ftspec, not of your spec; FTSPEC_DEBUG=1 shows where, for a report"


class _Commands(click.Group):
    """Imports a command's file only when it is called, so that `ftspec check` stays instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = [path.stem.removesuffix("_") for path in _COMMANDS.glob("[a-z]*.py")]
        return sorted(names, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for stem in (cmd_name, f"{cmd_name}_"):
            if cmd_name.isidentifier() and (_COMMANDS / f"{stem}.py").is_file():
                command: click.Command = import_module(f"ftspec.cli.commands.{stem}").command
                return command
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from ftspec.text.suggest import similar

            nearest = similar(args[0], self.list_commands(ctx))
            more = f"; a similar one exists: `{nearest}`" if nearest else "; `ftspec --help` lists them"
            ctx.fail(f"no command is called `{args[0]}`{more}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ftspec")
def ftspec() -> None:
    """Fine-tuning as a spec that compiles to a plan, trains a model and passes gates."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Runs the command line and leaves with its exit code."""
    from ftspec.cli.show import show_failure
    from ftspec.errors import FtspecError

    quick_start()
    try:
        result = ftspec.main(args=arguments, prog_name="ftspec", standalone_mode=False)
        sys.exit(result if isinstance(result, int) else 0)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except FtspecError as error:
        show_failure(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        show_failure(FtspecError(f"{error.strerror or error}: {error.filename or ''}".strip(": ")))
        sys.exit(3)
    except Exception as error:
        if os.environ.get("FTSPEC_DEBUG"):
            raise
        show_failure(FtspecError(f"ftspec itself failed: {type(error).__name__}: {error}", _BUG))
        sys.exit(70)


def entry() -> NoReturn:
    """The console script. A light command leaves at once: taking the interpreter apart is a seventh of a check."""
    try:
        main()
    except SystemExit as leave:
        if "torch" in sys.modules:  # its threads and the libraries' exit handlers want an orderly end
            raise
        _leave(leave.code)


def _leave(code: Any) -> NoReturn:
    """Ends the process without cleaning up memory, as mypy does. What was printed is written out first."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    entry()
