"""Triage of a comment: its type, its quality in visible parts, its polarity, and whether to draft."""
