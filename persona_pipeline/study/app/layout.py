"""The tables of a study's SQLite file, and the steps to them from earlier layouts."""

from persona_pipeline.migrations import Migration

MIGRATIONS = (Migration(1, "The study of 0.1.0."),)
"""Numbered from 1 without gaps; PRAGMA user_version has a file's. What a step changes, STATEMENTS has too."""

STATEMENTS = (
    # one row; key signs forms and sessions, secret_hash is of the organiser's secret when the app made it
    """CREATE TABLE study (
        study_id TEXT NOT NULL, made_at REAL NOT NULL, design_hash TEXT NOT NULL, terms TEXT NOT NULL,
        key BLOB NOT NULL, secret_hash TEXT)""",
    """CREATE TABLE personas (persona_id TEXT PRIMARY KEY, card TEXT NOT NULL)""",
    """CREATE TABLE items (
        item_id TEXT PRIMARY KEY, persona_id TEXT NOT NULL REFERENCES personas, question TEXT NOT NULL,
        answer_a TEXT NOT NULL, answer_b TEXT NOT NULL, expected TEXT, repeats TEXT)""",
    # what one rater sees; filled in the order of their numbers, from 1
    """CREATE TABLE places (place INTEGER PRIMARY KEY, persona_id TEXT NOT NULL REFERENCES personas)""",
    """CREATE TABLE place_items (
        place INTEGER NOT NULL REFERENCES places, position INTEGER NOT NULL, item_id TEXT NOT NULL REFERENCES items,
        PRIMARY KEY (place, position))""",
    # somebody with a link; has a place from the moment of consent
    """CREATE TABLE raters (
        rater INTEGER PRIMARY KEY AUTOINCREMENT, rater_id TEXT NOT NULL UNIQUE, participant TEXT UNIQUE,
        invited_at REAL NOT NULL, place INTEGER REFERENCES places, consented_at REAL, terms_hash TEXT,
        finished_at REAL, released_at REAL, forgotten_at REAL)""",
    "CREATE UNIQUE INDEX one_rater_in_a_place ON raters (place) WHERE released_at IS NULL",
    "CREATE TABLE links (token_hash BLOB PRIMARY KEY, rater INTEGER NOT NULL REFERENCES raters, made_at REAL NOT NULL)",
    "CREATE INDEX links_of_a_rater ON links (rater)",
    # what Prolific said of them, each combination once
    """CREATE TABLE arrivals (
        rater INTEGER NOT NULL REFERENCES raters, participant TEXT NOT NULL, prolific_study TEXT NOT NULL,
        session TEXT NOT NULL, arrived_at REAL NOT NULL, PRIMARY KEY (rater, participant, prolific_study, session))""",
    """CREATE TABLE views (
        rater INTEGER NOT NULL REFERENCES raters, position INTEGER NOT NULL, first_shown_at REAL NOT NULL,
        PRIMARY KEY (rater, position))""",
    """CREATE TABLE drafts (
        rater INTEGER NOT NULL REFERENCES raters, position INTEGER NOT NULL, choice TEXT, reason TEXT NOT NULL,
        active_s REAL NOT NULL, saved_at REAL NOT NULL, PRIMARY KEY (rater, position))""",
    # never changed: a new answer to the same question is a new row, and the latest one counts
    """CREATE TABLE answers (
        answer INTEGER PRIMARY KEY AUTOINCREMENT, rater INTEGER NOT NULL REFERENCES raters, position INTEGER NOT NULL,
        item_id TEXT NOT NULL REFERENCES items, choice TEXT NOT NULL CHECK (choice IN ('A', 'B')),
        reason TEXT NOT NULL, answered_at REAL NOT NULL, open_s REAL NOT NULL, active_s REAL)""",
    "CREATE INDEX answers_of_a_rater ON answers (rater, position)",
    """CREATE VIEW current_answers AS SELECT * FROM answers
        WHERE answer IN (SELECT max(answer) FROM answers GROUP BY rater, position)""",
)
