"""Full-text search of tickets and transcripts; lists in their order; the deadline that comes next."""

from __future__ import annotations

from itertools import groupby

import sqlalchemy as sa
from alembic import op

from conversations.search import MAX_PARTS, parts_of, said_in
from escalation.inbox.search import facts_of
from kit.search_terms import search_terms

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OPEN = "status IN ('new', 'open', 'waiting_on_customer', 'on_hold')"
LISTED = ["priority", "first_response_due_at", "number", "search_document_id"]
INDEXES = {
    "ix_ticket_list_all": (LISTED, None),
    "ix_ticket_list_open": (LISTED, OPEN),
    "ix_ticket_list_mine": (["assignee_id", *LISTED], OPEN),
    "ix_ticket_list_unassigned": (LISTED, f"{OPEN} AND assignee_id IS NULL"),
    "ix_ticket_list_no_skill": (LISTED, f"{OPEN} AND has_no_skill"),
    "ix_ticket_list_resting": (LISTED, "status IN ('waiting_on_customer', 'on_hold')"),
    "ix_ticket_list_done": (LISTED, "status IN ('resolved', 'closed')"),
    "ix_ticket_list_due": (["priority", "next_due_at", "number"], f"{OPEN} AND next_due_at IS NOT NULL"),
    "ix_ticket_list_queue": (["queue", *LISTED], OPEN),
    "ix_ticket_counts": (["assignee_id", "has_no_skill", "status", "next_due_at"], OPEN),
    "ix_ticket_list_queue_all": (["queue", *LISTED], None),
    "ix_ticket_merged_into": (["merged_into"], "merged_into IS NOT NULL"),
    "ix_ticket_case": (["case", "status"], None),
}
TICKET = sa.table(
    "ticket",
    sa.column("number", sa.String),
    sa.column("conversation_id", sa.String),
    sa.column("summary", sa.String),
    sa.column("fields", sa.JSON),
    sa.column("tags", sa.JSON),
    sa.column("created_at", INSTANT),
    sa.column("search_document_id", sa.Integer),
)
CONVERSATION = sa.table("conversation", sa.column("id", sa.String), sa.column("customer_id", sa.String))
EVENT = sa.table(
    "event",
    sa.column("conversation_id", sa.String),
    sa.column("id", sa.Integer),
    sa.column("type", sa.String),
    sa.column("data", sa.JSON),
)
DOCUMENT = sa.table("search_document", sa.column("id", sa.Integer), sa.column("conversation_id", sa.String))
PART = sa.table(
    "search_part",
    sa.column("id", sa.BigInteger),
    sa.column("facts", sa.String),
    sa.column("said", sa.String),
    sa.column("length", sa.Integer),
)

ADD = "INSERT INTO search_index(rowid, facts, said) VALUES (new.id, new.facts, new.said);"
REMOVE = (
    "INSERT INTO search_index(search_index, rowid, facts, said) VALUES ('delete', old.id, old.facts, old.said);"
)
SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "facts, said, content='search_part', content_rowid='id', tokenize='ascii', columnsize=0)",
    f"CREATE TRIGGER search_part_added AFTER INSERT ON search_part BEGIN {ADD} END",
    f"CREATE TRIGGER search_part_changed AFTER UPDATE ON search_part BEGIN {REMOVE} {ADD} END",
    f"CREATE TRIGGER search_part_removed AFTER DELETE ON search_part BEGIN {REMOVE} END",
)
#: PostgreSQL's own parser would take terms apart; here each is a lexeme, at its place.
POSTGRESQL = (
    """
    CREATE FUNCTION search_vector(terms text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
      SELECT CAST(coalesce(string_agg(concat(term, chr(58), least(place, 16383)), ' '), '') AS tsvector)
      FROM unnest(string_to_array(terms, ' ')) WITH ORDINALITY AS listed(term, place) WHERE term <> ''
    $$
    """,
    """
    ALTER TABLE search_part
      ADD COLUMN search_vector tsvector GENERATED ALWAYS AS (search_vector(facts || ' ' || said)) STORED
    """,
    "CREATE INDEX search_index ON search_part USING gin (search_vector) WITH (fastupdate = off)",
)


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id"),
    )
    op.create_table(
        "search_part",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(statement)
    op.add_column("ticket", sa.Column("next_due_at", INSTANT, nullable=True))
    op.add_column("ticket", sa.Column("next_due_clock", sa.String(length=16), nullable=True))
    op.add_column("ticket", sa.Column("search_document_id", sa.Integer(), nullable=True))
    op.execute(f"UPDATE ticket SET watch_at = updated_at WHERE {OPEN}")  # the watch finds what is due next
    _index_what_exists(op.get_bind())
    op.drop_index("ix_ticket_inbox", "ticket")
    for name, (columns, where) in INDEXES.items():
        condition = sa.text(where) if where else None
        op.create_index(name, "ticket", columns, postgresql_where=condition, sqlite_where=condition)


def _index_what_exists(connection: sa.Connection) -> None:
    query = (
        sa.select(TICKET, CONVERSATION.c.customer_id)
        .join(CONVERSATION, CONVERSATION.c.id == TICKET.c.conversation_id)
        .order_by(TICKET.c.conversation_id, TICKET.c.created_at, TICKET.c.number)
    )
    tickets = connection.execute(query).all()
    for document_id, (conversation_id, group) in enumerate(groupby(tickets, lambda row: row.conversation_id), 1):
        rows = list(group)
        facts = " ".join(search_terms(facts_of(rows, rows[0].customer_id)))
        connection.execute(sa.insert(DOCUMENT).values(conversation_id=conversation_id))
        connection.execute(sa.insert(PART), _parts(connection, document_id, conversation_id, facts))
    documents = sa.select(DOCUMENT.c.id).where(DOCUMENT.c.conversation_id == TICKET.c.conversation_id)
    connection.execute(sa.update(TICKET).values(search_document_id=documents.scalar_subquery()))


def _parts(connection: sa.Connection, document_id: int, conversation_id: str, facts: str) -> list[dict[str, object]]:
    query = sa.select(EVENT.c.data).where(EVENT.c.conversation_id == conversation_id, EVENT.c.type == "message.created")
    messages = [search_terms(said_in(data)) for data in connection.execute(query.order_by(EVENT.c.id)).scalars()]
    return [
        {"id": document_id * MAX_PARTS + place, "facts": facts, "said": " ".join(terms), "length": len(terms)}
        for place, terms in enumerate(parts_of(messages))
    ]


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in INDEXES:
        op.drop_index(name, "ticket")
    op.create_index("ix_ticket_inbox", "ticket", ["status", "priority", "first_response_due_at"])
    if is_sqlite:
        op.execute("DROP TABLE search_index")
    op.drop_table("search_part")
    op.drop_table("search_document")
    if not is_sqlite:
        op.execute("DROP FUNCTION search_vector(text)")
    with op.batch_alter_table("ticket") as batch:
        batch.drop_column("search_document_id")
        batch.drop_column("next_due_clock")
        batch.drop_column("next_due_at")
