"""What a person of the synthetic extract says in each variable, in census codes; blank where they are not asked."""

from dataclasses import dataclass

from persona_pipeline.census.codebook import load_codebook
from persona_pipeline.census.synthetic.dice import Dice
from persona_pipeline.census.synthetic.homes import Home, Member
from persona_pipeline.census.synthetic.tables import shares, shares_at
from persona_pipeline.census.synthetic.work import at_work

YEAR = "2023"
ABROAD_OF_CITIZENS = "110"  # born to Americans abroad: Germany, the most common such place
PUERTO_RICO = "072"
Answers = dict[str, str]


@dataclass(frozen=True)
class Origin:
    """Where a person was born, and whether as a foreigner."""

    pobp: str
    cit: str

    @property
    def foreign(self) -> bool:
        return self.cit in ("4", "5")


def answers(person: Member, home: Home, dice: Dice) -> Answers:
    """Every variable of a person that depends on who they are."""
    origin = _origin(person, home, dice)
    said = {"AGEP": str(person.age), "SEX": "1" if person.male else "2", "RELSHIPP": person.relship}
    said |= {"RAC1P": dice.pick(person.heritage.races), "POBP": origin.pobp, "CIT": origin.cit}
    said |= {"ANC1P": "999" if dice.chance(0.12) else person.heritage.anc1p}
    said |= _language(person, origin, dice)
    said |= _difficulties(person, dice)
    said["SCHL"] = _schooling(person, home, dice)
    said["MAR"] = "1" if person.married else dice.pick(shares_at("marital", person.age) or {"5": 1})
    said["FER"] = ("1" if person.gave_birth else "2") if not person.male and 15 <= person.age <= 50 else ""
    said |= at_work(person, home, said, dice)
    said["MIL"] = _service(person, said, dice)
    said["HICOV"] = _insurance(person, said, dice)
    return said


def _origin(person: Member, home: Home, dice: Dice) -> Origin:
    heritage = person.heritage
    foreign = heritage.foreign_born * (1.4 if person.age >= 25 else 1.0 if person.age >= 18 else 0.25)
    if heritage.pobp and dice.chance(foreign):
        naturalised = dice.pick(shares_at("naturalised", person.age)) == "yes"
        return Origin(heritage.pobp, "4" if naturalised else "5")
    if heritage.lanp and not heritage.pobp and heritage.speak_native > 0.5 and dice.chance(0.28):
        return Origin(PUERTO_RICO, "2")
    where = dice.pick(shares("native_birthplace"))
    if where == "abroad":
        return Origin(ABROAD_OF_CITIZENS, "3")
    stays = where == "this_state" or (person.age < 18 and dice.chance(0.6))
    return Origin(f"0{state_code(home.state if stays else dice.pick(shares('state')))}", "1")


def state_code(letters: str) -> str:
    """The code of a state by its two letters."""
    states = load_codebook(YEAR).labels["STATE"]
    return next(code for code, label in states.items() if label.endswith(f"/{letters}"))


def _language(person: Member, origin: Origin, dice: Dice) -> Answers:
    heritage = person.heritage
    share = heritage.speak_foreign if origin.foreign else heritage.speak_native
    if person.age < 5:
        return {"LANX": "", "LANP": "", "ENG": ""}
    if not heritage.lanp or not dice.chance(share):
        return {"LANX": "2", "LANP": "", "ENG": ""}
    group = "foreign" if origin.foreign and person.age >= 18 else "native"
    return {"LANX": "1", "LANP": heritage.lanp, "ENG": dice.pick(shares("english", group))}


def _difficulties(person: Member, dice: Dice) -> Answers:
    found = {
        name: dice.pick(shares_at(name, person.age) or {"": 1})
        for name in ("hearing", "vision", "cognitive", "other_difficulty")
    }
    code = {"yes": "1", "no": "2", "": ""}
    return {
        "DEAR": code[found["hearing"]],
        "DEYE": code[found["vision"]],
        "DREM": code[found["cognitive"]],
        "DIS": "1" if "yes" in found.values() else "2",
    }


def _schooling(person: Member, home: Home, dice: Dice) -> str:
    if person.age < 3:
        return ""
    if person.age == 5:
        return "03" if dice.chance(0.75) else "02"
    if 6 <= person.age <= 17:  # grade 1 is code 04 and done at 7; one in five is a year behind
        return f"{min(14, person.age - 3) - (dice.chance(0.2)):02d}"
    if home.kind == "college":
        return dice.pick({"16": 25, "18": 35, "19": 40}) if person.age > 18 else "16"
    lean = person.heritage.schooling * (0.5 if home.kind == "prison" else 1)
    return dice.pick(shares_at("schooling", person.age), lean)


def _service(person: Member, said: Answers, dice: Dice) -> str:
    if person.age < 17:
        return ""
    if said["ESR"] == "4":
        return "1"
    veteran = person.age >= 18 and said["CIT"] != "5"
    if veteran and dice.pick(shares_at("veteran", person.age, person.sex)) == "yes":
        return "2"
    return "3" if person.age >= 18 and dice.chance(0.013) else "4"


def _insurance(person: Member, said: Answers, dice: Dice) -> str:
    if said["ESR"] == "4":
        return "1"
    table = "uninsured_noncitizen" if said["CIT"] == "5" and person.age < 65 else "uninsured"
    return "2" if dice.pick(shares_at(table, person.age)) == "yes" else "1"
