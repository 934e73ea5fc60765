"""Who lives together: households of each type, and people in group quarters, with ages that fit."""

from dataclasses import dataclass, field

from persona_pipeline.census.synthetic.dice import Dice
from persona_pipeline.census.synthetic.tables import Heritage, heritages, shares

# codes of RELSHIPP
HOUSEHOLDER, SIBLING, PARENT, GRANDCHILD, ROOMMATE = "20", "28", "29", "30", "34"
SPOUSES, PARTNERS, CHILDREN = ("21", "23"), ("22", "24"), ("25", "26", "27")
INSTITUTION, NO_INSTITUTION = "37", "38"
CHILD_BEARING = range(18, 44)
OLDEST = 95

MARRIED, COHABITING, FEMALE = ("01", "02"), ("03", "04"), ("05", "06", "07", "08")
WITH_CHILDREN, ALONE, WITH_RELATIVES, WITH_OTHERS = ("01", "03", "06", "10"), ("05", "09"), ("07", "11"), ("08", "12")


@dataclass
class Member:
    """A person before anything but age, sex and place in the household is known."""

    age: int
    male: bool
    relship: str
    heritage: Heritage
    married: bool = False
    gave_birth: bool = False

    @property
    def sex(self) -> str:
        return "M" if self.male else "F"


@dataclass
class Home:
    """A household (`kind` is its HHT2 code) or a person in group quarters (`kind` is what they are)."""

    kind: str
    state: str
    members: list[Member] = field(default_factory=list)

    @property
    def group_quarters(self) -> bool:
        return not self.kind.isdigit()

    @property
    def head(self) -> Member:
        return self.members[0]


def household(dice: Dice) -> Home:
    """A household of a type drawn by DP02's shares, everybody's age and sex fitting the type."""
    kind = dice.pick(shares("household_type"))
    home = Home(kind, dice.pick(shares("state")))
    male = dice.chance(0.52) if kind in (*MARRIED, *COHABITING) else kind not in FEMALE
    home.members.append(Member(_head_age(kind, dice), male, HOUSEHOLDER, dice.pick(heritages()), kind in MARRIED))
    if kind in (*MARRIED, *COHABITING):
        _add_partner(home, dice)
    if kind in WITH_CHILDREN:
        _add_children(home, dice)
    if kind not in (*ALONE, *WITH_OTHERS):
        _add_relative(home, dice)
    if kind in WITH_OTHERS:
        _add_roommates(home, dice)
    return home


def group_quarters(dice: Dice) -> Home:
    """One person in group quarters; the census gives each a serial number of their own."""
    kind = dice.pick(shares("group_quarters"))
    relship = INSTITUTION if kind in ("nursing", "prison") else NO_INSTITUTION
    male = dice.pick(shares("group_quarters_male", kind)) == "yes"
    person = Member(_age(dice.pick(shares("group_quarters_age", kind)), dice), male, relship, dice.pick(heritages()))
    return Home(kind, dice.pick(shares("state")), [person])


def _head_age(kind: str, dice: Dice) -> int:
    groups = {"06": "parent", "10": "parent", "05": "alone", "09": "alone"}
    groups |= dict.fromkeys(WITH_RELATIVES, "relatives") | dict.fromkeys(WITH_OTHERS, "roommates")
    return _age(dice.pick(shares("householder_age", groups.get(kind, kind))), dice)


def _age(band: str, dice: Dice) -> int:
    low, high = map(int, band.split("-"))
    return dice.between(low, high)


def _add_partner(home: Home, dice: Dice) -> None:
    codes = SPOUSES if home.kind in MARRIED else PARTNERS
    same_sex = dice.pick(shares("same_sex", "spouse" if home.kind in MARRIED else "partner")) == "yes"
    male = home.head.male if same_sex else not home.head.male
    younger_by = int(dice.pick(shares("husband_older_by"))) * (1 if home.head.male else -1)
    age = min(OLDEST, max(19, home.head.age - younger_by))
    heritage = home.head.heritage if dice.chance(0.8) else dice.pick(heritages())
    home.members.append(Member(age, male, codes[int(same_sex)], heritage, home.kind in MARRIED))


def _add_children(home: Home, dice: Dice) -> None:
    ages = [age for age in range(18) if all(p.age - age in CHILD_BEARING for p in home.members)]
    # a father or a stepmother may be older than a mother can be
    ages = ages or [age for age in range(18) if min(p.age for p in home.members) - age >= CHILD_BEARING.start] or [0]
    for _ in range(int(dice.pick(shares("n_children")))):
        age = dice.one_of(ages)
        kind = dice.pick(shares("child_kind"))
        home.members.append(Member(age, dice.chance(0.512), kind, home.head.heritage))
        if age == 0 and kind == CHILDREN[0]:
            _note_birth(home)


def _note_birth(home: Home) -> None:
    mothers = [p for p in home.members[:2] if not p.male and p.relship not in CHILDREN and 15 <= p.age <= 50]
    for mother in mothers[:1]:
        mother.gave_birth = True


def _add_relative(home: Home, dice: Dice) -> None:
    group = "relatives" if home.kind in WITH_RELATIVES else "parent" if home.kind in ("06", "10") else "couple"
    kind, head = dice.pick(shares("adult_relative", group)), home.head
    youngest = min(p.age for p in home.members[:2] if p.relship not in CHILDREN)
    if kind == "adult_child" and youngest < 18 + CHILD_BEARING.start:
        kind = "sibling" if group == "relatives" else "none"
    if kind == "grandchild" and head.age < 40:
        kind = "sibling"
    if kind == "parent" and head.age > OLDEST - CHILD_BEARING.start - 2:
        kind = "sibling"
    if kind != "none":
        home.members.append(_relative(kind, youngest, head, dice))


def _relative(kind: str, youngest: int, head: Member, dice: Dice) -> Member:
    male = dice.chance(0.3 if kind == "parent" else 0.52)
    if kind == "adult_child":
        age = dice.between(18, min(youngest - CHILD_BEARING.start, 36))
        return Member(age, male, CHILDREN[0], head.heritage)
    if kind == "parent":
        age = dice.between(head.age + CHILD_BEARING.start, min(OLDEST, head.age + 38))
        return Member(age, male, PARENT, head.heritage)
    if kind == "grandchild":
        return Member(dice.between(0, min(17, head.age - 38)), male, GRANDCHILD, head.heritage)
    return Member(dice.between(max(18, head.age - 12), min(OLDEST, head.age + 12)), male, SIBLING, head.heritage)


def _add_roommates(home: Home, dice: Dice) -> None:
    for _ in range(int(dice.pick(shares("n_roommates")))):
        age = dice.between(max(18, home.head.age - 5), min(OLDEST, home.head.age + 5))
        male = home.head.male if dice.chance(0.7) else not home.head.male
        home.members.append(Member(age, male, ROOMMATE, dice.pick(heritages())))
