"""Whole stories against the sandbox."""
