"""Tests of the admin, as an operator uses it."""
