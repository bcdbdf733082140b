"""What is counted, by name."""

FUELS = ("motor_fuel", "jet_fuel")
PRODUCTS = (*FUELS, "capital_goods")
SMUGGLED_GOODS = ("coal", "ores", "textiles", "seafood")
GOODS = (*SMUGGLED_GOODS, "other")
USERS = ("military", "government", "industry", "household")
PARTIES = ("china", "russia", "other")
HOSTS = ("russia", "china")
GROUPS = ("fuel", "goods", "exports")


def flow_of(good: str) -> str:
    """Name under which a measure touches an export good."""
    return "other_exports" if good == "other" else good


def group_of(flow: str) -> str:
    """Group of flows to which China's enforcement of a flow belongs."""
    if flow in FUELS:
        return "fuel"
    return "goods" if flow == "capital_goods" else "exports"
