"""What the prompts of both kinds have in common: clauses, colour words, a style, a character, and a title kept out."""
