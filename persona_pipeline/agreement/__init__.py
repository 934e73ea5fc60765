"""Agreement between raters, model or human, on which of two answers a persona would prefer."""
