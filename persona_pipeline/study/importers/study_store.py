"""The file of `persona-pipeline study serve`, also while it serves."""

from pathlib import Path

from persona_pipeline.study.app import exports
from persona_pipeline.study.app.store import Store
from persona_pipeline.study.importers import IMPORTERS, Columns, Importer
from persona_pipeline.study.submitted import Submitted


def read(path: Path, _: Columns) -> list[Submitted]:
    store = Store.open(path)
    try:
        with store.reading() as db:
            ratings, people = exports.ratings(db), exports.participants(db)
    finally:
        store.close()
    participants = {person["rater_id"]: person["participant"] for person in reversed(people)}  # the first one stays
    return [
        Submitted(
            rating["rater_id"],
            rating["item_id"],
            rating["choice"],
            rating["explanation"],
            rating["seconds"],
            rating["submission_id"] or None,
            rating["status"],
            participants.get(rating["rater_id"]),
        )
        for rating in ratings
    ]


IMPORTERS.register("study_store", Importer("study_store", "The web app's own SQLite file.", read, b""))
