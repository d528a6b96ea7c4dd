"""Tests of the commands, the supervisor, the settings and the documents."""
