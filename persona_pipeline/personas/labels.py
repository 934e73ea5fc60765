"""Labels of reports on personas: whether they count invented people."""

import pandas as pd


def made_up(people: pd.DataFrame) -> dict[str, bool]:
    """The `synthetic` and `simulated` columns of a report: true when they are of any person counted.

    Args:
        people: personas, or people as drawn, in whom no model has had a part yet.
    """
    return {label: label in people.columns and bool(people[label].any()) for label in ("synthetic", "simulated")}
