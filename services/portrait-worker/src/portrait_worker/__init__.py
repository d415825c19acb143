"""The portrait worker: what a portrait's request means, on the shared chassis."""
