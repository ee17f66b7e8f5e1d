"""`python -m ftspec`."""

from ftspec.cli.main import entry

entry()
