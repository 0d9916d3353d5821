"""The family tree: facts in, a picture out. Knows nothing of databases or pages."""

from keywork.families.genogram.facts import Couple, Descent, Facts, Siblings, Someone
from keywork.families.genogram.layout import draw
from keywork.families.genogram.picture import Line, Outline, Picture, Symbol

__all__ = [
    "Couple",
    "Descent",
    "Facts",
    "Line",
    "Outline",
    "Picture",
    "Siblings",
    "Someone",
    "Symbol",
    "draw",
]
