"""What starts runs by the clock; every schedule is off until someone turns it on."""

from persona_pipeline.schedules.hours import refuse_unknown
from persona_pipeline.schedules.refresh import daily_shard, monthly_refresh, prompt_refresh
from persona_pipeline.schedules.rejudging import weekly_rejudging
from persona_pipeline.schedules.releases import census_releases, new_vintage_check

SCHEDULES = [monthly_refresh, daily_shard, prompt_refresh, weekly_rejudging, new_vintage_check]
JOBS_OF_THEIR_OWN = [census_releases]

refuse_unknown(schedule.name for schedule in SCHEDULES)
