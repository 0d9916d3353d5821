"""Where members live and belong, and how each is reached."""
