"""Links for several people, members who wait for their link, and the course and subject of each log entry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OF_A_COURSE = ("role.set", "member.removed", "invited", "roster.imported", "course.archived", "course.opened")
ACCOUNT = ("id", "password_hash")
WITH_SUBJECT = ("role.set", "member.removed")


def upgrade() -> None:
    op.add_column("invitation", sa.Column("uses", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("invitation", sa.Column("used", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE invitation SET used = 1 WHERE used_at IS NOT NULL")
    op.add_column("audit", sa.Column("course_id", sa.Integer(), nullable=True))
    op.add_column("audit", sa.Column("subject_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_audit_course_id"), "audit", ["course_id"], unique=False)
    _tell_courses()
    op.add_column("member", sa.Column("waiting", sa.Boolean(), nullable=False, server_default=sa.false()))
    member, user = (
        sa.table("member", *map(sa.column, ("user_id", "waiting"))),
        sa.table("user", *map(sa.column, ACCOUNT)),
    )
    nobodys = sa.select(user.c.id).where(user.c.password_hash.is_(None))
    op.execute(sa.update(member).where(member.c.user_id.in_(nobodys)).values(waiting=sa.true()))


def downgrade() -> None:
    op.drop_column("member", "waiting")
    op.drop_index(op.f("ix_audit_course_id"), "audit")
    for table, name in (
        ("audit", "subject_id"),
        ("audit", "course_id"),
        ("invitation", "used"),
        ("invitation", "uses"),
    ):
        op.drop_column(table, name)


def _tell_courses() -> None:
    """Older entries have the course's and the user's number as the first words of their text."""
    connection = op.get_bind()
    audit = sa.table("audit", *(sa.column(name) for name in ("id", "what", "about", "course_id", "subject_id")))
    wanted = sa.select(audit.c.id, audit.c.what, audit.c.about).where(audit.c.what.in_(OF_A_COURSE))
    for row in connection.execute(wanted).all():
        words = row.about.split()
        if not words or not words[0].isdecimal():
            continue
        subject = int(words[1]) if row.what in WITH_SUBJECT and len(words) > 1 and words[1].isdecimal() else None
        rest = " ".join(words[1 if subject is None else 2 :])
        said = {"course_id": int(words[0]), "subject_id": subject, "about": rest}
        connection.execute(sa.update(audit).where(audit.c.id == row.id).values(**said))
