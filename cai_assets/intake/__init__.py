"""How uploads come in: the inbox, safe unpacking, duplicates, quarantine. No Dagster here."""
