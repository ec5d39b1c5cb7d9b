"""What is said when an executor is chosen without what it needs."""

from __future__ import annotations

import importlib.util


class NotPrepared(Exception):
    """`CAI_EXECUTOR` names an executor that cannot work yet; the text says what to do."""


def require_extra(executor: str, *modules: str) -> None:
    """Raise NotPrepared unless the libraries of an executor are installed."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise NotPrepared(
            f"{', '.join(missing)} is not installed, which CAI_EXECUTOR={executor} needs: "
            f'pip install "cai-assets[{executor}]"'
        )
