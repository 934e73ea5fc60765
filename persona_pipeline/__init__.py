"""Preference data from many kinds of people, grounded in census microdata."""
