"""Risks of a comment: contact data, word lists, ads, abuse, crisis; and the masking of contact data."""
