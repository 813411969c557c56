"""All commands about reports together: running and drilling down, sealing and comparing."""

from services.cli.report_seals import delta, seal, sealed, verify, whatif
from services.cli.reports import report

__all__ = ["delta", "report", "seal", "sealed", "verify", "whatif"]
