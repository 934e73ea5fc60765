"""What each relationship to the householder counts as; a label means the same in RELP and in RELSHIPP."""

from collections.abc import Mapping
from typing import Literal

Role = Literal[
    "householder",
    "spouse",
    "partner",
    "child",
    "stepchild",
    "grandchild",
    "sibling",
    "parent",
    "in_law",
    "other_relative",
    "housemate",
    "nonrelative",
    "group_quarters",
]

ROLES: Mapping[str, Role] = {
    "Reference person": "householder",
    "Husband/wife": "spouse",
    "Opposite-sex husband/wife/spouse": "spouse",
    "Same-sex husband/wife/spouse": "spouse",
    "Unmarried partner": "partner",
    "Opposite-sex unmarried partner": "partner",
    "Same-sex unmarried partner": "partner",
    "Biological son or daughter": "child",
    "Adopted son or daughter": "child",
    "Stepson or stepdaughter": "stepchild",
    "Brother or sister": "sibling",
    "Father or mother": "parent",
    "Grandchild": "grandchild",
    "Parent-in-law": "in_law",
    "Son-in-law or daughter-in-law": "in_law",
    "Other relative": "other_relative",
    "Housemate or roommate": "housemate",
    "Roommate or housemate": "housemate",
    "Roomer or boarder": "nonrelative",
    "Foster child": "nonrelative",
    "Other nonrelative": "nonrelative",
    "Institutionalized group quarters population": "group_quarters",
    "Noninstitutionalized group quarters population": "group_quarters",
}

# Related to the householder by birth, marriage or adoption, besides the spouse.
# Source: ACS Subject Definitions, Family.
RELATIVES: tuple[Role, ...] = ("child", "stepchild", "grandchild", "sibling", "parent", "in_law", "other_relative")

# Children of the householder: sons and daughters by birth or adoption, and stepchildren, of any marital status.
CHILDREN: tuple[Role, ...] = ("child", "stepchild")

# Whose non-English language is the household's, in the Census Bureau's order.
# Source: ACS Subject Definitions, Household Language; Census 2000 SF3 table P20.
LANGUAGE_ORDER: tuple[Role, ...] = (
    "householder",
    "spouse",
    "parent",
    "sibling",
    "child",
    "grandchild",
    "in_law",
    "other_relative",
    "stepchild",
    "partner",
    "housemate",
    "nonrelative",
)
