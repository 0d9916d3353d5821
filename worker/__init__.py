"""The processes behind the pages: the relay, the Celery workers and beat."""
