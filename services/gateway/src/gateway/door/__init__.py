"""The second half of a route: reading what clients send, filing it, answering, and describing all that."""
