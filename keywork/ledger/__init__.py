"""Double entry in whole pence. It knows accounts and entries, and nothing of what they are for."""
