"""The chassis of a worker: pull, hold, beat, hand over, end. What a kind means is its service's translation."""
