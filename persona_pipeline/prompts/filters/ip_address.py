"""Personal data: an internet address of a machine, IPv4 or whole IPv6; loopback and unset ones name nobody."""

import ipaddress

from persona_pipeline.prompts.filters import FILTERS, Filter
from persona_pipeline.prompts.personal import finds

VERSION_4 = r"(?:\d{1,3}\.){3}\d{1,3}"
VERSION_6 = r"(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,7}|[0-9a-f]{1,4}::[0-9a-f:]+"
ADDRESS = rf"(?<![\w.:])(?:{VERSION_4}|{VERSION_6})(?![\w:]|\.\w)"


def names_a_machine(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


FILTERS.register(
    "ip_address",
    Filter(
        name="ip_address",
        order=70,
        reason="It has the internet address of a machine.",
        find=finds(ADDRESS, "address", names_a_machine, plural="addresses"),
        trips="Can anybody find out who uses 203.0.113.7 at night?",
        passes="Can anybody find out who uses 127.0.0.1 at night?",
    ),
)
