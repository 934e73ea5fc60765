"""The steps from each layout of the reply ledger's SQLite file to the next; PRAGMA user_version has a file's."""

import sqlite3

from persona_pipeline.migrations import Migration, migrate, newest

MIGRATIONS = (Migration(1, "The replies of 0.1.0."),)
"""Numbered from 1 without gaps. Batches have tables of their own, made when first needed: they may not be there."""


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Runs the steps that the file lacks, in the transaction at hand; a newer or a foreign file stays as it is."""
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found >= 1 and migrate(connection.execute, MIGRATIONS, found):
        connection.execute(f"PRAGMA user_version = {newest(MIGRATIONS)}")
