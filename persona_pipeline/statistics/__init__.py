"""Uncertainty of a statistic, for every stage that reports one."""

MIN_ITEMS = 30  # below this a statistic is marked insufficient


def insufficient(n_items: int) -> str | None:
    """Why so few items say little; None from 30 items on."""
    return f"insufficient: {n_items} items of {MIN_ITEMS}" if n_items < MIN_ITEMS else None
