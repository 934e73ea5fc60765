"""What acts when something happened; every sensor is off until someone turns it on."""

from persona_pipeline.sensors.dropped import new_human_ratings, new_prompts

SENSORS = [new_human_ratings, new_prompts]
