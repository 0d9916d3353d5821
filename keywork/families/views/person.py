"""One person: what is known of them, and changing it."""
