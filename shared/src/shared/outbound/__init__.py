"""Calls to addresses that others name: looked up, judged, and then held to what was judged."""
