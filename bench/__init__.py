"""The benchmarks, each runnable by one command: ``python -m bench.<name>``."""
