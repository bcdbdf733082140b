"""The things that are counted: products, goods, classes of users, and parties."""

PRODUCTS = ("motor_fuel", "jet_fuel", "capital_goods")
"""Import products. Fuels in thousand barrels (kb), capital goods in $m at baseline prices."""

MOTOR_FUEL, JET_FUEL, CAPITAL_GOODS = range(3)
FUELS = (MOTOR_FUEL, JET_FUEL)

GOODS = ("coal", "ores", "textiles", "seafood", "other")
"""Export goods, in $m at baseline prices."""

SMUGGLED_GOODS = ("coal", "ores", "textiles", "seafood")
"""Export goods that have smugglers; the rest is a mixed bag that no instrument of 2017 bans whole."""

CLASSES = ("military", "government", "industry", "household")
"""Users of the import products, in the order of arrays with a class axis."""

PARTIES = ("china", "russia", "other")
"""Suppliers of the import products."""

FLOWS = (*PRODUCTS, "coal", "ores", "textiles", "seafood", "other_exports")
"""Flows of goods that a measure can touch: the import products, then the export goods in the order of `GOODS`.

Measures can also touch `workers`, and `rason_transit`: Russian coal that passes through the port of Rason.
"""

EXPORTS = FLOWS[len(PRODUCTS) :]
"""Export goods, in the order of `GOODS`, by their names among the flows: `other` alone would say little."""

ENFORCEMENT_GROUPS = ("fuel", "goods", "exports")
"""Groups of flows for which China's enforcement has its own course."""

GROUP_OF_FLOW = {
    "motor_fuel": "fuel",
    "jet_fuel": "fuel",
    "capital_goods": "goods",
    "coal": "exports",
    "ores": "exports",
    "textiles": "exports",
    "seafood": "exports",
    "other_exports": "exports",
    "workers": "exports",
    "rason_transit": "exports",
}

HOSTS = ("russia", "china")
"""Countries that host DPRK workers."""

VESSEL_STATES = ("idle", "sailing", "impounded")
"""What a tanker can be doing on a day."""

LEVERS = ("designations", "port_monitoring", "bank_pressure")
"""What the sender can do against leakage."""

FIRMS = (
    *(f"traders.{line}" for line in ("fuel", "goods", *SMUGGLED_GOODS)),
    "suppliers",
    "tankers",
)
"""Groups of firms that can be designated: Chinese traders by line, Russian suppliers, tankers of third countries."""
