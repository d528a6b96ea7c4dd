"""Whole days through the real services: against the specification, in every order of arrival, against days by hand."""
