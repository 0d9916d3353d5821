"""Makes what tests need, through the services that make it for real."""
