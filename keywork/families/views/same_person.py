"""Whether two persons, or two families, are the same."""
