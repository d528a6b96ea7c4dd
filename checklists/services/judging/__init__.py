"""Judging what was received: folding it in, finding what is missing, keeping the rows in line."""
