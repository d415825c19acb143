"""Those who render, each behind the one port: Replicate, the built-in renderer, and a blank one for load tests."""
