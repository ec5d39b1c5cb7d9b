"""A partition is one configuration; its key is the safe slug that intake gives it.

Each upload of the configuration is a new materialization of its partition. Runs carry the id of
the upload they are about in the tag `UPLOAD_TAG`, so that all steps of a run read the same one.
"""

from __future__ import annotations

import dagster as dg

CONFIGURATIONS = dg.DynamicPartitionsDefinition(name="configurations")

PARTITION_TAG = "dagster/partition"
UPLOAD_TAG = "cai/upload"
ATTEMPT_TAG = "cai/attempt"

UPLOAD_METADATA = "upload"
"""Materialization metadata: the id of the upload that the table was made from."""
