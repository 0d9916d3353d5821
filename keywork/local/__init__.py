"""The PostgreSQL, the Redis and the mailbox that `make run` and `make test` start.

Nothing here is imported by the application, and nothing here imports it: what this package starts
is told what it needs through the environment, as in production.
"""
