"""Pages of handoffs: writing one, following it, allocating and answering."""

from keywork.handoffs.views import allocation, drafts, tracker
from keywork.handoffs.views.blueprint import blueprint

__all__ = ["allocation", "blueprint", "drafts", "tracker"]
