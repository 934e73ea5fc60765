"""What starts runs by the clock; every schedule is off until someone turns it on."""

from persona_pipeline.schedules.refresh import daily_shard, monthly_refresh, prompt_refresh

SCHEDULES = [monthly_refresh, daily_shard, prompt_refresh]
