"""Tests of replies/."""
