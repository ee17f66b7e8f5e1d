"""`python -m ftspec`."""

from ftspec.cli.main import main

main()
