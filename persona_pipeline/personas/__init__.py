"""Personas: people drawn from the census, with a personality, convictions and a life around their facts."""
