"""A day in the life: everyone at once on one machine, which dies in the middle. `python -m demos.a_day`."""
