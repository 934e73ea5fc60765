"""Prolific's export of submissions: whose work counts."""

from dataclasses import dataclass
from pathlib import Path

from persona_pipeline.errors import InputError
from persona_pipeline.records import csv_heading, csv_records
from persona_pipeline.study.submitted import Submitted, read_bytes

COLUMNS = ("Participant id", "Submission id", "Status")
EXPECTED = "Prolific's CSV of submissions, in UTF-8"


@dataclass(frozen=True)
class Submissions:
    """The status of each submission and of each participant's last one."""

    by_submission: dict[str, str]
    by_participant: dict[str, str]

    def status_of(self, rating: Submitted) -> str | None:
        """Of the submission a rating belongs to; None where Prolific knows neither it nor the participant."""
        if rating.submission_id in self.by_submission:
            return self.by_submission[str(rating.submission_id)]
        return self.by_participant.get(rating.participant or "")


def read_submissions(path: Path) -> Submissions:
    """A file as Prolific's "Download demographic data" gives it; other columns are ignored."""
    content = read_bytes(path)
    missing = set(COLUMNS) - set(csv_heading(path, content, EXPECTED))
    if missing:
        raise InputError(
            f"there is no column '{min(missing)}'", where=str(path), expected=f"columns {', '.join(COLUMNS)}"
        )
    rows = [[row.values[name].strip() for name in COLUMNS] for row in csv_records(path, content, EXPECTED)]
    status = {submission: _status(text) for _, submission, text in rows}
    return Submissions(status, {participant: _status(text) for participant, _, text in rows})


def _status(text: str) -> str:
    return text.upper().replace("_", "-").replace(" ", "-")
