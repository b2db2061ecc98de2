"""Commands of the wiring, one a module."""
