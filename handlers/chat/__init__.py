"""Reading chat messages: pure functions from a text to what its writer asked for; nothing here acts."""
