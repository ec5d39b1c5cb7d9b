"""What Dagster loads; nothing else."""

from __future__ import annotations

from cai_assets.defs import build_defs
from cai_assets.defs.api_server import outlive_storage
from cai_assets.defs.console import follow_by_pid
from cai_assets.defs.executors import warm_up
from cai_assets.defs.logs import log_as
from cai_assets.settings import Settings

_settings = Settings()
log_as(_settings)
warm_up()
outlive_storage()
follow_by_pid()
defs = build_defs(_settings)
