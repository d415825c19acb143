"""What the core needs from the world, as protocols; the adapters and the fakes both satisfy them."""
