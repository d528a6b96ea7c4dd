"""Alerts: opening them, telling whom, sweeping for what did not come, answering."""
