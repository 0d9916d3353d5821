"""The whole-family plan. Needs, goals and scores are added, never edited; an action gets done."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, func
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class PlanRow:
    """What each row has: its family, and the chronology entry that was made with it."""

    id: Mapped[BigId]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    author: Mapped[str]
    recorded_at: Mapped[Recorded]


class Readable:
    """What says who may read a row; the database's policy goes by it."""

    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    visibility: Mapped[str]
    readers: Mapped[list[str]]


class Need(PlanRow, Readable, Base):
    """A member's difficulty in one need domain."""

    __tablename__ = "need"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    domain: Mapped[str]
    type: Mapped[str]
    """The key of one of the domain's types, or empty."""

    words: Mapped[str]


class NeedSeverity(PlanRow, Base):
    """How severe a need was found to be at one time; `number` counts from 1."""

    __tablename__ = "need_severity"

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    number: Mapped[int] = mapped_column(Integer)
    severity: Mapped[int] = mapped_column(Integer)


class Goal(PlanRow, Readable, Base):
    """The change wanted, in the family's words."""

    __tablename__ = "goal"

    words: Mapped[str]
    baseline: Mapped[int] = mapped_column(Integer)


class GoalNeed(Base):
    """A need that a goal answers to."""

    __tablename__ = "goal_need"

    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))


class GoalScore(PlanRow, Base):
    """Where the family put itself on the goal's scale at one time; `number` counts from 1."""

    __tablename__ = "goal_score"

    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"))
    number: Mapped[int] = mapped_column(Integer)
    score: Mapped[int] = mapped_column(Integer)


class Action(PlanRow, Readable, Base):
    """Who does what by when, towards a goal."""

    __tablename__ = "action"

    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"))
    words: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    partner_name: Mapped[str | None]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class EntryGoal(Base):
    """A goal that a visit was about."""

    __tablename__ = "entry_goal"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))


class EntryAction(Base):
    """An action that a visit was about."""

    __tablename__ = "entry_action"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
