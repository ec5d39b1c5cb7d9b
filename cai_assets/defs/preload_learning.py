"""What the steps that learn need beside `preload`: loaded once, where the job is about learning."""

from __future__ import annotations

import gc
import importlib
import logging

MODULES = (
    "scipy.sparse.csgraph",
    "scipy.sparse.linalg",
    "skops.io",
    "sklearn.cluster",
    "sklearn.decomposition",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.neighbors",
    "sklearn.pipeline",
    "sklearn.preprocessing",
    "snowballstemmer",
    "threadpoolctl",
)

try:
    for name in MODULES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
except Exception:
    logging.getLogger(__name__).warning("Steps that learn will start slowly", exc_info=True)
