"""The files that put the program onto machines."""
