"""The demo production and its week."""
