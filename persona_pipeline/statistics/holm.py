"""Correction for looking at many tests at once."""


def holm(p_values: list[float | None]) -> list[float | None]:
    """p-values corrected for all being looked at, in the same order; a null is no test and stays null.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    tested = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    corrected: list[float | None] = [None] * len(p_values)
    reached = 0.0
    for rank, (p, place) in enumerate(tested):
        reached = max(reached, min(1.0, p * (len(tested) - rank)))
        corrected[place] = reached
    return corrected
