"""What the services' composition roots have in common: the only part of ``shared`` that may import everything."""
