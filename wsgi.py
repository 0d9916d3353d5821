"""What a web server loads: `gunicorn wsgi:app`."""

from keywork import create_app

app = create_app()
