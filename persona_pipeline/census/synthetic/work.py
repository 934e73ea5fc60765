"""Work and income of a person of the synthetic extract: ESR, COW, INDP, OCCP and PINCP.

Income follows the job's median; with age and sex as in ACS 2023 B20004 and S2001, roughly.
"""

from persona_pipeline.census.synthetic.dice import Dice
from persona_pipeline.census.synthetic.homes import Home, Member
from persona_pipeline.census.synthetic.tables import Job, jobs, shares_at

ARMY = {"COW": "5", "INDP": "9670", "OCCP": "9825"}
NEVER_WORKED = {"COW": "9", "INDP": "9920", "OCCP": "9920"}
NO_JOB = {"COW": "", "INDP": "", "OCCP": ""}
TOP_CODE_USD = 4_209_995
ARMY_MEDIAN_USD = 48_000
Answers = dict[str, str]


def at_work(person: Member, home: Home, said: Answers, dice: Dice) -> Answers:
    """Employment, job and income; blank under 16, income from 15."""
    if person.age < 16:
        return {"ESR": "", **NO_JOB, "PINCP": _no_work_income(person, dice) if person.age == 15 else ""}
    status = _status(person, home, said, dice)
    if status == "armed":
        return {"ESR": "4", **ARMY, "PINCP": _earned(ARMY_MEDIAN_USD, person, dice)}
    if status == "employed":
        job = _job(person, said, dice)
        esr = "1" if dice.chance(0.975) else "2"
        return {"ESR": esr, **_codes(job, dice), "PINCP": _earned(job.median_usd, person, dice)}
    recent = status == "unemployed" or dice.pick(shares_at("job_within_five_years", person.age)) == "yes"
    never = status == "unemployed" and dice.chance(0.1)
    last = NEVER_WORKED if never else _codes(_job(person, said, dice), dice) if recent else NO_JOB
    return {"ESR": "3" if status == "unemployed" else "6", **last, "PINCP": _no_work_income(person, dice)}


def _status(person: Member, home: Home, said: Answers, dice: Dice) -> str:
    if home.kind in ("prison", "nursing"):
        return "neither"
    if home.kind == "barracks":
        return "armed"
    status = dice.pick(shares_at("employment", person.age, person.sex))
    if status == "armed" and (said["CIT"] == "5" or said["DIS"] == "1" or int(said["SCHL"] or 0) < 16):
        return "employed"
    if status == "employed" and said["DIS"] == "1" and dice.chance(0.3):
        return "neither"
    return status


def _job(person: Member, said: Answers, dice: Dice) -> Job:
    schooling = int(said["SCHL"])
    fits = {job: share for job, share in jobs().items() if job.schooling_from <= schooling <= job.schooling_to}
    by_sex = {job: share * (job.men if person.male else 1 - job.men) for job, share in fits.items()}
    return dice.pick(by_sex)


def _codes(job: Job, dice: Dice) -> Answers:
    return {"COW": dice.pick(job.cow), "INDP": job.indp, "OCCP": job.occp}


def _earned(median_usd: float, person: Member, dice: Dice) -> str:
    by_age = 0.25 if person.age < 20 else 0.6 if person.age < 25 else 0.95 if person.age < 35 else 1.2
    return _rounded(dice.lognormal(median_usd * by_age * (1.08 if person.male else 0.9), 0.6))


def _no_work_income(person: Member, dice: Dice) -> str:
    if person.age >= 65:
        return _rounded(dice.lognormal(30_000, 0.75))
    if person.age < 20 or dice.chance(0.45):
        return "0"
    return _rounded(dice.lognormal(12_000, 0.8))


def _rounded(usd: float) -> str:
    """As the Census Bureau rounds amounts: to 10 under 1,000, to 100 under 50,000, to 1,000 above."""
    step = 10 if usd < 1000 else 100 if usd < 50_000 else 1000
    return str(min(TOP_CODE_USD, max(4, int(usd / step + 0.5) * step)))
