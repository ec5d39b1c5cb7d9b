"""Processes without pandas, where nothing needs it."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder


def leave_pandas_out() -> None:
    """Keep Arrow from importing pandas, which it does at the first array made from a list.

    For processes that never convert a table to pandas: importing it costs 0.3 s and 50 MB.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas())


class _NoPandas(MetaPathFinder):
    """Answers that there is no pandas, which Arrow takes for what it says."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is left out of this process", name=fullname)
