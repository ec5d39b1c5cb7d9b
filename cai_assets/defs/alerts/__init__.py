"""Alerts: what went wrong, said once to whom the settings name, and once when it is well again."""
