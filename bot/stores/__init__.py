"""Redis, one module per aggregate. All changes of one message or task are one atomic step, see `unit`."""
