"""Pages of signing in, of one's own account, and of staff."""

from keywork.accounts.views import account, council, cover, forgotten, people, sign_in
from keywork.accounts.views.blueprint import blueprint

__all__ = ["account", "blueprint", "council", "cover", "forgotten", "people", "sign_in"]
