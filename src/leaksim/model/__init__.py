"""The actors and the world between them."""
