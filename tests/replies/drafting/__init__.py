"""Tests of replies/drafting/."""
