"""The engine and the evidence: pure tests, no database."""
