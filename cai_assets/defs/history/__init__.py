"""Dagster's history as its own storages keep it, with less work for each statement.

A small build writes some 300 events and asks some 1,500 things. What these storages leave out
was half of its time (`benchmarks/history.py`). Files and tables are Dagster's, so a history may
be opened by either; `dagster.yaml` names which.
"""
