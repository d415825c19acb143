"""The HTTP routes, a module per door."""
