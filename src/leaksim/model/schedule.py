"""The days of a month: who acts when.

The order of a month is carried by the clock, so every duty has a moment of its own. Inside a month decisions use last
month's records; nothing is simultaneous except the clearing itself. Negative days count back from the month's end.
"""

BEIJING_DECIDES = 1.0
WASHINGTON_DECIDES = 1.0625
MOSCOW_DECIDES = 1.125
PAYMENTS_ARE_CHECKED = 1.1875
CUSTOMS_ACT = 1.25
BACKGROUND_TRADE = 1.5
WORKERS_MOVE = 1.625
BUYER_PLANS = 2.0
NETWORKS_MOVE = 2.5
TRADERS_OFFER = 3.0
SUPPLIERS_OFFER = 3.125
TANKERS_OFFER = 3.1875
EXPORTERS_SELL = 3.25
PORT_OFFERS = 3.375
MARKET_CLEARS = 3.5
TRADERS_SHIP = 3.625
SUPPLIERS_SHIP = 3.75
PORT_SHIPS = 3.875
TANKERS_SAIL = 3.9375
CARGO_ARRIVES = -1.0
TANKERS_DISCHARGE = -0.875
FUEL_IS_USED = -0.75
ACCOUNTS_CLOSE = -0.5
RECORDS_ARE_PUBLISHED = -0.125
BOOK_IS_TURNED = -0.0625

ORDER_DAY = 3
"""Day of the month on which orders are placed, from which delivery times count."""
