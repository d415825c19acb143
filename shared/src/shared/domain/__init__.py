"""The rules of a job, pure: standard library only, no clock, no network, no randomness."""
