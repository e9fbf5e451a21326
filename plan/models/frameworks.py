"""Frameworks of evaluation, and what they are divided into."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from plan.models.columns import Stamped, Versioned

NODE_KINDS = ("policy", "strategy", "standard", "category", "issue")


class Framework(Versioned, Base):
    """A framework (กรอบ), such as PMQA. Forms and `plan_indicator.framework` store its `code`.

    `score_floor` is the least score, 0 or 1; scores are rounded to `rounding_digits` places.
    """

    __tablename__ = "plan_framework"

    code: Mapped[str]
    name_th: Mapped[str]
    name_en: Mapped[str | None]
    owner_body: Mapped[str] = mapped_column(default="")
    score_floor: Mapped[int] = mapped_column(default=1)
    rounding_digits: Mapped[int] = mapped_column(default=5)

    nodes: Mapped[list[FrameworkNode]] = relationship(order_by="FrameworkNode.seq", back_populates="framework")

    __table_args__ = (Index("uq_plan_framework_code", "workspace_id", "code", unique=True),)


class FrameworkNode(Stamped, Base):
    """A part of a framework: a policy, strategy, standard, category or issue. `seq` orders the whole framework."""

    __tablename__ = "plan_framework_node"

    framework_id: Mapped[int] = mapped_column(ForeignKey("plan_framework.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("plan_framework_node.id"))
    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    seq: Mapped[int]

    framework: Mapped[Framework] = relationship(back_populates="nodes")
    parent: Mapped[FrameworkNode | None] = relationship(remote_side="FrameworkNode.id")

    __table_args__ = (Index("uq_plan_framework_node_code", "framework_id", "code", unique=True),)

    @property
    def parent_code(self) -> str | None:
        """Code of the part above."""
        return self.parent.code if self.parent else None
