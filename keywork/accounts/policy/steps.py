"""What a sign-in still lacks, and how a browser is called."""

from typing import Final

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def next_step(*, must_change: bool, enrolled: bool, waived: bool, code_given: bool) -> str | None:
    """What a sign-in with the right password awaits; None when it is whole."""
    if enrolled and not code_given:
        return "code"
    if must_change:
        return "new_password"
    if not enrolled and not waived:
        return "second_factor"
    return None


def browser_name(user_agent: str) -> str:
    """A browser in plain words, such as “Chrome on Windows”."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "A browser")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser} on {system}" if system else browser
