"""Hostile bytes by the million: `make fuzz` steers them by coverage, the suite plays a short version."""
