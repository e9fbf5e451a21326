"""Actors (people, devices, public links) and their sessions."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class ActorRow(Base):
    """Whoever can act. `kind` is ``user``, ``app_user``, ``public_link`` or ``system``."""

    __tablename__ = "actor"

    id: Mapped[IdColumn]
    kind: Mapped[str]
    display_name: Mapped[str]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]


class User(Base):
    """A person who signs in. `email` is kept in lower case; `password_hash` is argon2id, empty until one is set."""

    __tablename__ = "user_account"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    email: Mapped[str]
    password_hash: Mapped[str] = mapped_column(default="")
    language: Mapped[str | None]
    last_login_at: Mapped[dt.datetime | None]
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("uq_user_account_email", "email", unique=True),)


class AppUser(Base):
    """A device credential of one workspace. Its key is kept sealed, so that the QR can be shown again."""

    __tablename__ = "app_user"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), index=True)
    sealed_key: Mapped[str | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    last_used_at: Mapped[dt.datetime | None]


class SessionRow(Base):
    """A sign-in, or the standing key of a device. Only the SHA-256 of the token is kept.

    `expires_at` is empty for device keys, which live until they are revoked (deleted). `install_id` is the installation
    of the field client that signed in; empty for everything else.
    """

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    csrf: Mapped[str]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    install_id: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (Index("ix_session_expires_at", "expires_at"),)


class SignInFailure(Base):
    """A wrong password, for throttling by account and by address. Rows are dropped after a day."""

    __tablename__ = "sign_in_failure"

    id: Mapped[IdColumn]
    account: Mapped[str]
    address: Mapped[str]
    at: Mapped[dt.datetime]

    __table_args__ = (
        Index("ix_sign_in_failure_account_at", "account", "at"),
        Index("ix_sign_in_failure_address_at", "address", "at"),
    )
