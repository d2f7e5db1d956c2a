"""Reply drafts: slots cut from the comment, person flips, choice among the templates of rules.yaml."""
