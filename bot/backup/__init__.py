"""Everything stored, as one file, and back."""
