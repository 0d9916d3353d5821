"""How members are related."""
