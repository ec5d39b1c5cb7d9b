"""What a code server has to live through: that Dagster's storage is away for a while."""

from __future__ import annotations

import logging
import sys
from typing import Any

_SERVER = "dagster._grpc.server"
_log = logging.getLogger(__name__)


def outlive_storage() -> None:
    """Let the code server of this process, if it is one, go on looking after its runs.

    Each second it looks for runs whose process has ended, and tells the storage. Dagster's own
    look ends for good with the first error: a database that is restarted just then would leave
    all later dead runs "started". Does nothing where no code server is loaded; may be called
    again.
    """
    module = sys.modules.get(_SERVER)
    server: Any = getattr(module, "DagsterApiServer", None)
    look = getattr(server, "_check_for_orphaned_runs", None)
    if look is None or hasattr(look, "patient"):
        return

    def patient(self: Any) -> None:
        try:
            look(self)
        except Exception as error:
            _log.warning("Runs cannot be looked after now, next try in a second: %s", error)

    patient.patient = True  # type: ignore[attr-defined]
    server._check_for_orphaned_runs = patient
