"""Webhooks to clients: announced once, delivered until they are heard or a day is over."""
