"""People, places, firearms, settings: rows that people edit, and that rules read from the ledger."""
