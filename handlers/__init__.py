"""Use cases, one file per thing the bot does. Everything it can do is listed in `handlers.everything`."""
