"""Finding a family or a person."""
