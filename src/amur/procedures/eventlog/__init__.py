"""Event logs of cases, real or simulated, in the forms of OCEL 2.0 that tools of process mining read.

What reads the real cases needs a database and stands in ``eventlog.cases``; the rest is pure.
"""

from amur.procedures.eventlog.files import FORMS, write
from amur.procedures.eventlog.log import Log, LogEvent, LogObject
from amur.procedures.eventlog.simulated import log_of_play

__all__ = ["FORMS", "Log", "LogEvent", "LogObject", "log_of_play", "write"]
