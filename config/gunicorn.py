"""How gunicorn serves keywork: `gunicorn -c config/gunicorn.py wsgi:app`."""

import os

bind = os.environ.get("KEYWORK_BIND", "127.0.0.1:8000")

# Threads, so that a slow query holds up one request and not a whole process. The application is
# loaded once, before the fork; it connects to nothing until it is asked, so no two workers share a
# database connection.
worker_class = "gthread"
workers = int(os.environ.get("KEYWORK_WEB_WORKERS", "2"))
threads = int(os.environ.get("KEYWORK_WEB_THREADS", "4"))
preload_app = True

# A worker whose main loop is silent this long is killed; one slow request is ended by the
# database's own statement timeout. A stopping worker finishes what it has begun.
timeout = 30
graceful_timeout = 20
keepalive = 5

# The path and no more: query strings, referrers and user names may say who a family is.
accesslog = "-"
access_log_format = "%(t)s %(p)s %(m)s %(U)s %(s)s %(B)s %(M)sms"

# It would write a socket in the home folder of whoever runs this.
control_socket_disable = True
