"""The command line ``teilhabe``: every command has --json and --help; errors are one line and exit status 2."""

from services.cli.main import main, program

__all__ = ["main", "program"]
