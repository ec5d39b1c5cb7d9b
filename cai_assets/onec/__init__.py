"""The 1C domain: files in, facts out. No Dagster, no pandas, no Arrow."""
