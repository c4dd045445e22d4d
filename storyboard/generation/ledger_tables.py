"""The ledger's tables: the current state of each purchase, and beside it a log that only grows."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from storyboard.generation.purchase import State

SCHEMA_VERSION = 2
"""The version of these tables. An older ledger is brought up to it; a newer one is refused, never guessed at."""

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("schema_version", Integer, nullable=False),
    Column("series", Text),  # whose it is, where a file serves one series only
)

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
    Column("content_sha256", String(64), nullable=False, server_default=""),
    Column("free", Boolean, nullable=False, server_default=false()),
    Column("run", String(36)),  # under which a person agreed to pay for it
    Column("holder", Text),  # who works on it; a process of some host
    Column("held_until", DateTime(timezone=True)),
    Column("permit_at", DateTime(timezone=True)),
    Column("accepted_at", DateTime(timezone=True)),
    Column("ready_at", DateTime(timezone=True)),
    Column("done_at", DateTime(timezone=True)),
    Column("looked_at", DateTime(timezone=True)),
    Column("wait_seconds", Float, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("progress", Float),
    Column("word", Text, nullable=False, server_default=""),
    UniqueConstraint("provider", "base_url", "request_sha256", "take", name="one_row_a_purchase"),
    CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="known_state"),
)

INDEXES = {
    # One job is one purchase: a service that names two jobs alike is noticed rather than believed.
    "one_purchase_a_job": "CREATE UNIQUE INDEX one_purchase_a_job ON purchases (provider, base_url, job_id) "
    "WHERE job_id IS NOT NULL AND provider <> 'sandbox'",
    # What is summed up with every permit, without a look at the long requests.
    "what_was_spent": "CREATE INDEX what_was_spent ON purchases "
    "(series, free, state, job_id, episode, run, cost_usd, permit_at, permit, created_at)",
    "what_is_open": "CREATE INDEX what_is_open ON purchases (base_url, state, run)",
}
"""The statements that make the indexes of ``purchases``: words that SQLite and Postgres both read."""

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

runs = Table(
    "runs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("series", Text, nullable=False),
    Column("root", Text, nullable=False),  # the folder of the series, on the host that agreed
    Column("host", Text, nullable=False),
    Column("agreed_usd", Text, nullable=False),
    Column("max_cost_usd", Text),
    Column("ceilings", Text, nullable=False),  # JSON: episode, series, month in dollars, as they stood
    Column("finish", Text, nullable=False),  # JSON: what to do when its reels are home
    Column("finished_at", DateTime(timezone=True)),
)

gates = Table(
    "gates",
    metadata,
    Column("name", String(200), primary_key=True),  # the service's address: an account has one
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("held_until", DateTime(timezone=True), nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
)
