"""Tests of replies/triage/."""
