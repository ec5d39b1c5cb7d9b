"""cai_assets: a 1C:Enterprise configuration as Dagster assets."""

__version__ = "0.1.0"
