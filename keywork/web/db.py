"""The database session of a request."""

from flask_sqlalchemy_lite import SQLAlchemy

db: SQLAlchemy = SQLAlchemy()
