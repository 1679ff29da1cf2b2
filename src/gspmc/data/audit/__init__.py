"""Can numbers on a store be trusted: leaks between splits, copies, coverage, odd clips."""

from gspmc.data.audit.duplicates import Pair, find_pairs
from gspmc.data.audit.report import AuditReport, Check, audit
from gspmc.data.audit.resplit import propose_splits, with_splits
from gspmc.data.audit.tables import print_audit

__all__ = [
    "AuditReport",
    "Check",
    "Pair",
    "audit",
    "find_pairs",
    "print_audit",
    "propose_splits",
    "with_splits",
]
