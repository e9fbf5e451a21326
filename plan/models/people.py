"""The groups and units of the office and the officers in them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from plan.models.columns import Stamped, UuidText, Versioned

OFFICER_ROLES = ("director", "deputy", "group_director", "me_head", "officer")


class Group(Versioned, Base):
    """A group or unit (กลุ่ม/หน่วย). Forms store its `code`."""

    __tablename__ = "plan_group"

    code: Mapped[str]
    name_th: Mapped[str]
    name_en: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("plan_group.id"))

    parent: Mapped[Group | None] = relationship(remote_side="Group.id")

    __table_args__ = (Index("uq_plan_group_code", "workspace_id", "code", unique=True),)

    @property
    def parent_code(self) -> str | None:
        """Code of the group above."""
        return self.parent.code if self.parent else None


class Officer(Versioned, Base):
    """A person of the office. Forms store the `code`; `group_id` is the present group, none for a director.

    `active_to` is the last day at work. `user_actor_id` is the account, once there is one; `username` is how
    the account is or will be called.
    """

    __tablename__ = "plan_officer"

    uuid: Mapped[UuidText]
    code: Mapped[str]
    name: Mapped[str]
    position: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="officer")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("plan_group.id"))
    user_actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    username: Mapped[str | None]
    active_from: Mapped[dt.date | None]
    active_to: Mapped[dt.date | None]

    group: Mapped[Group | None] = relationship()
    memberships: Mapped[list[GroupMembership]] = relationship(
        back_populates="officer", order_by="GroupMembership.valid_from"
    )

    __table_args__ = (
        Index("uq_plan_officer_code", "workspace_id", "code", unique=True),
        Index("uq_plan_officer_uuid", "workspace_id", "uuid", unique=True),
        Index("ix_plan_officer_group_id", "group_id"),
        Index("ix_plan_officer_user_actor_id", "user_actor_id"),
    )

    @property
    def group_code(self) -> str | None:
        """Code of the present group."""
        return self.group.code if self.group else None

    def active_on(self, day: dt.date) -> bool:
        """Whether the officer works in the office on `day`."""
        begun = self.active_from is None or self.active_from <= day
        return begun and (self.active_to is None or day <= self.active_to)


class GroupMembership(Stamped, Base):
    """In which group an officer was when; `valid_to` is the last day, empty for the present one."""

    __tablename__ = "plan_group_membership"

    officer_id: Mapped[int] = mapped_column(ForeignKey("plan_officer.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("plan_group.id"))
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]

    officer: Mapped[Officer] = relationship(back_populates="memberships")
    group: Mapped[Group] = relationship()

    __table_args__ = (Index("ix_plan_group_membership_officer_id", "officer_id", "valid_from"),)
