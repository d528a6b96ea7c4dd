"""The HTTP API: parses a request, calls one service or query, answers. Decides nothing."""
