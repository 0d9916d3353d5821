"""Tasks, by capability: thin shells around the services that do the work."""
