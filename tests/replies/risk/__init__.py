"""Tests of replies/risk/."""
