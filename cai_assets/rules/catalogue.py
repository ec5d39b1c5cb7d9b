"""All rules: importing this module defines them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from cai_assets.rules import code, metadata, queries
from cai_assets.rules.model import RULES, Rule


def all_rules() -> Mapping[str, Rule]:
    """Every rule by key. Modules of `code`, `queries` and `metadata` are imported first."""
    for package in (code, queries, metadata):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    return RULES.rules
