"""What stops `make run`, said to the person who typed it."""


class Problem(Exception):
    """One sentence that says what is wrong and what to do about it."""
