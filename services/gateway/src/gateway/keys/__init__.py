"""API keys: the file that they are kept in, finding whose a key is, and making one."""
