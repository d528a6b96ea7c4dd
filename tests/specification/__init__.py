"""The specification as a slow and obvious program: the oracle that the engine is compared with."""
