"""The weekly round, told against the sandbox."""
