"""The gateway: accepts jobs over HTTP, answers polls, serves the page and the media."""
