"""The invented families of the demonstration, each in a few facts."""

from keywork.demo.stories import elsewhere, north
from keywork.demo.stories.facts import DemoMember, DemoSpend, Story

STORIES = (*north.STORIES, *elsewhere.STORIES)

__all__ = ["STORIES", "DemoMember", "DemoSpend", "Story"]
