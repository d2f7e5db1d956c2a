"""What to say: triage of comments and reply drafts; pure, told the time, no input or output after loading."""
