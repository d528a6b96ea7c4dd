"""Tests of the HTTP API, from outside."""
