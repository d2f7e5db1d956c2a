"""The worker of the handlers' tests, for the bench's own."""

from tests.handlers.conftest import desk, make_worker, worker

__all__ = ["desk", "make_worker", "worker"]
