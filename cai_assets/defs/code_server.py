"""The code server: it loads the definitions, and its runs are forks of what it has loaded.

    python -m cai_assets.defs.code_server --port 4000 --module-name cai_assets.definitions

takes the arguments of `dagster api grpc`.
"""

from __future__ import annotations

import importlib
import sys


def main() -> None:
    """Run Dagster's code server with the given arguments."""
    from dagster._cli import main as dagster

    from cai_assets.defs.api_server import fork_runs
    from cai_assets.defs.executors import PRELOAD
    from cai_assets.defs.forks import can_fork
    from cai_assets.defs.logs import log_as
    from cai_assets.defs.memory import give_back
    from cai_assets.settings import Settings

    log_as(Settings())
    if can_fork():
        importlib.import_module(PRELOAD)  # its memory is then shared with what is forked
        fork_runs()
    give_back()
    sys.argv = ["dagster", "api", "grpc", *sys.argv[1:]]
    dagster()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
