"""The whole program under trouble: killed at random, flooded with real comments, fed with hostile bytes."""
