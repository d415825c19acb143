"""The video worker: what a clip's request means, on the shared chassis."""
