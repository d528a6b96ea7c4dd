"""Tests of the models and of the triggers that guard them."""
