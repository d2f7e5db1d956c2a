"""Tests of WeChat in a box."""
