"""The status service: folds the jobs' logs into records, prunes them, and ends jobs nobody will finish."""
