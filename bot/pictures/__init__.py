"""Pictures drawn by us."""
