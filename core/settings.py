"""Settings: one frozen object read once from ``TIDTAM_*`` environment variables, with every fault listed at once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MEBIBYTE = 1024 * 1024


class SettingsError(Exception):
    """The environment holds values that cannot be used; ``faults`` names each one."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("Settings cannot be used:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = faults


def _setting(default: Any, explanation: str, *, secret: bool = False, choices: tuple[str, ...] = ()) -> Any:
    metadata = {"explanation": explanation, "secret": secret, "choices": choices}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator can set. The variable of ``data_dir`` is ``TIDTAM_DATA_DIR``, and so on."""

    data_dir: Path = _setting(Path("var"), "Folder that holds the database, evidence and secrets")
    database_url: str = _setting(
        "",
        "Database address; empty means SQLite in the data folder. PostgreSQL: postgresql://user:pw@host/db",
        secret=True,
    )
    secret_key: str = _setting(
        "", "Key that seals device keys; empty means one is created in the data folder", secret=True
    )
    public_url: str = _setting("", "Address people and tablets use; empty means the address of each request")
    host: str = _setting("127.0.0.1", "Address the server listens on")
    port: int = _setting(8080, "Port the server listens on")
    workers: int = _setting(1, "Server processes; more than one wants PostgreSQL")
    threads: int = _setting(8, "Threads of each server process")
    worker_in_process: bool = _setting(
        True, "Run background jobs inside the server; no when `tidtam worker` runs beside it"
    )
    trust_proxy: bool = _setting(False, "Believe X-Forwarded-* of one reverse proxy in front")
    allow_basic_over_http: bool = _setting(False, "Accept name and password in clear over http (closed networks only)")
    session_seconds: int = _setting(86_400, "How long a sign-in lasts, in seconds")
    default_language: str = _setting("th", "Language when the reader has not chosen one", choices=("th", "en"))
    timezone: str = _setting("Asia/Bangkok", "Time zone of due dates, fiscal years and pages")
    max_body_bytes: int = _setting(100 * MEBIBYTE, "Largest request body taken, in bytes")
    openrosa_accept_bytes: int = _setting(
        10 * MEBIBYTE, "Size to which ODK Collect cuts its POSTs, in bytes; one larger file comes alone"
    )
    max_xml_bytes: int = _setting(10 * MEBIBYTE, "Largest XML of one record, in bytes")
    max_evidence_bytes: int = _setting(
        500 * MEBIBYTE, "Largest file of a record that the field client sends in pieces, in bytes"
    )
    field_session_days: int = _setting(180, "Days that a sign-in on a tablet lasts after it was last used")
    max_xlsform_bytes: int = _setting(20 * MEBIBYTE, "Largest XLSForm file, in bytes")
    max_unzipped_bytes: int = _setting(100 * MEBIBYTE, "Largest unpacked size of an XLSX file, in bytes")
    max_image_pixels: int = _setting(60_000_000, "Largest picture for which a thumbnail is made, in pixels")
    entity_wait_days: int = _setting(
        5, "Days that a change of an entity waits for an earlier one from the same device before it is made without it"
    )
    min_free_bytes: int = _setting(200 * MEBIBYTE, "Free disk space below which nothing more is taken, in bytes")
    s3_bucket: str = _setting("", "Bucket for evidence; empty keeps evidence in the data folder")
    s3_endpoint: str = _setting("", "Address of an S3 service other than AWS")
    s3_region: str = _setting("us-east-1", "Region of the bucket")
    s3_access_key: str = _setting("", "S3 access key", secret=True)
    s3_secret_key: str = _setting("", "S3 secret key", secret=True)
    s3_prefix: str = _setting("", "Beginning of every object key")
    s3_path_style: bool = _setting(True, "Bucket in the path (most own S3 services) or in the host name (AWS)")
    s3_checksums: str = _setting(
        "when_supported",
        "CRC checksums sent to and asked of S3; older services want when_required",
        choices=("when_supported", "when_required"),
    )
    log_level: str = _setting("INFO", "Least level logged", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    log_format: str = _setting("json", "Log lines for machines or for people", choices=("json", "console"))

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def blob_dir(self) -> Path:
        """Where evidence lies until (or unless) it moves to S3."""
        return self.data_dir / "blobs"

    @cached_property
    def spool_dir(self) -> Path:
        """Where bytes lie while they arrive; on the same disk as `blob_dir`, so that a rename is enough."""
        return self.data_dir / "spool"

    @property
    def sqlalchemy_url(self) -> str:
        """Database address in SQLAlchemy's spelling, with the psycopg 3 driver for PostgreSQL."""
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / 'tidtam.db').absolute()}"
        for scheme in ("postgres://", "postgresql://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url.removeprefix(scheme)
        return self.database_url

    def sealing_key(self) -> str:
        """The secret key given, or the one of the data folder, which is created on first use."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            fresh = self.data_dir / f".secret.{secrets.token_hex(8)}"
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
            try:
                # A link fails when another process was first, so all of them read one key.
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text(encoding="ascii").strip()


def variable_name(setting: str) -> str:
    """Environment variable of a setting."""
    return f"TIDTAM_{setting.upper()}"


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: one or more values are of no use; each is named.

    """
    given = os.environ if environ is None else environ
    faults: list[str] = []
    values: dict[str, Any] = {}
    for item in fields(Settings):
        raw = given.get(variable_name(item.name), "").strip()
        if item.name in overrides or not raw:
            continue
        try:
            values[item.name] = _parse(raw, item.default)
        except ValueError as error:
            faults.append(f"{variable_name(item.name)}: {error}")
            continue
        choices = item.metadata["choices"]
        if choices and values[item.name] not in choices:
            faults.append(f"{variable_name(item.name)}: {raw!r} is not one of {', '.join(choices)}")
    settings = Settings(**values, **overrides)
    faults += _faults_between(settings)
    if faults:
        raise SettingsError(faults)
    return settings


def _parse(raw: str, default: Any) -> Any:
    if isinstance(default, bool):
        if raw.lower() in {"1", "yes", "true", "on"}:
            return True
        if raw.lower() in {"0", "no", "false", "off"}:
            return False
        raise ValueError(f"{raw!r} is neither yes nor no")
    if isinstance(default, int):
        if not raw.isascii() or not raw.isdigit():
            raise ValueError(f"{raw!r} is not a whole number")
        return int(raw)
    return type(default)(raw)


def _faults_between(settings: Settings) -> list[str]:
    faults = []
    try:
        _ = settings.zone
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(f"TIDTAM_TIMEZONE: {settings.timezone!r} is not a known time zone")
    if settings.workers > 1 and settings.sqlalchemy_url.startswith("sqlite"):
        faults.append("TIDTAM_WORKERS: more than one server process wants PostgreSQL (TIDTAM_DATABASE_URL)")
    if bool(settings.s3_access_key) != bool(settings.s3_secret_key):
        faults.append("TIDTAM_S3_ACCESS_KEY and TIDTAM_S3_SECRET_KEY go together")
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        faults.append("TIDTAM_PUBLIC_URL: begins with http:// or https://")
    return faults
