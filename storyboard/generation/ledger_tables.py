"""The ledger's tables: the current state of each purchase, and beside it a log that only grows."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storyboard.generation.purchase import State

SCHEMA_VERSION = 1
"""The version of these tables; a ledger with another one is refused, never guessed at."""

metadata = MetaData()

meta = Table("meta", metadata, Column("schema_version", Integer, nullable=False))

purchases = Table(
    "purchases",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("provider", Text, nullable=False),
    Column("base_url", Text, nullable=False),
    Column("request_sha256", String(64), nullable=False),
    Column("take", Integer, nullable=False),
    Column("series", Text, nullable=False),
    Column("episode", Text, nullable=False),
    Column("reel", Integer, nullable=False),
    Column("request", Text, nullable=False),  # JSON; an image by its hash, never its bytes
    Column("cost_usd", Text, nullable=False),  # a decimal number; SQLite has no exact one of its own
    Column("state", String(16), nullable=False),
    Column("permit", String(36)),
    Column("job_id", Text),
    Column("poll_url", Text),
    Column("media_url", Text),
    Column("clip", Text),
    Column("clip_sha256", String(64)),
    Column("reason", Text, nullable=False, server_default=""),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("provider", "base_url", "request_sha256", "take", name="one_row_a_purchase"),
    CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="known_state"),
)

# One job is one purchase: a service that names two jobs alike is noticed rather than believed.
Index(
    "one_purchase_a_job",
    purchases.c.provider,
    purchases.c.base_url,
    purchases.c.job_id,
    unique=True,
    sqlite_where=text("job_id IS NOT NULL AND provider <> 'sandbox'"),
    postgresql_where=text("job_id IS NOT NULL AND provider <> 'sandbox'"),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(64), ForeignKey("purchases.key"), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("state", String(16), nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("detail", Text, nullable=False),  # a sentence; never a key, never an image
)
