"""Workers abroad: contracts, permits, bans, repatriation, and the wages that the state takes.

Channel ``ru_labour``: Russia lets more workers in once China cuts, and keeps on student and tourist visas some that it
should send home. China's workers leave as far as China enforces (channel ``cn_slippage``).
"""

from __future__ import annotations

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import HOSTS
from leaksim.model.measures import by_flow
from leaksim.model.schedule import WORKERS_MOVE
from leaksim.model.setting import Setting

_RUSSIA, _CHINA = range(len(HOSTS))


class Workforce:
    """Workers in the host countries under one degree of compliance.

    ``W' = W + permits - W / contract - forced``: permits replace those whose contract ends and move the number toward
    the target; a ban forbids a share of them; a deadline sends home a share of those whose contract goes on.
    """

    def __init__(self, initial: Floats, contract: Floats, adjustment: Floats) -> None:
        self.number = initial
        """Workers, ``(host, arm, lane)``."""
        self._contract, self._adjustment = contract, adjustment

    def move(self, target: Floats, banned: Floats, departing: Floats) -> tuple[Floats, Floats]:
        """Live through a month.

        Parameters
        ----------
        target
            Number that the hosts want, ``(host, arm, lane)``.
        banned
            Share of the permits that is not given.
        departing
            Share of those whose contract goes on that is sent home.

        Returns
        -------
        tuple of Floats
            Those who came and those who left.
        """
        self.number, came, left = after_a_month(
            self.number, self._contract, self._adjustment, target, banned, departing
        )
        return came, left


@has_compiled_form
def after_a_month(
    number: Floats, contract: Floats, adjustment: Floats, target: Floats, banned: Floats, departing: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return how many workers there are a month later, who came and who left; see `Workforce`.

    Parameters
    ----------
    contract, adjustment
        Months that a contract lasts, and in which the number moves to its target, ``(1, 1 or lane)``.
    """
    ended = number / contract
    came = np.maximum(ended + (target - number) / adjustment, 0.0) * (1 - banned)
    left = ended + departing * (number - ended)
    return number + came - left, came, left


class Labour:
    """DPRK workers in Russia and China, and the wages that reach the state.

    Beside the true number the agent keeps what it would be if the hosts did what the measures ask, in the text of the
    arm and in the one proposed, and otherwise what they did at baseline: the wages of the others have leaked.
    """

    def __init__(self, setting: Setting) -> None:
        parameters, measures = setting.parameters, setting.measures
        self._setting = setting
        self._initial = parameters.stack(*(f"workers.{host}.number" for host in HOSTS))
        # In $m per worker and month.
        self._wage = parameters.stack(*(f"workers.{host}.wage_to_state" for host in HOSTS)) / 12e6
        self._lift = parameters["workers.russia.target_lift"]
        self._evasion = parameters["workers.russia.visa_evasion"]
        self._autonomous, self._responses = (setting.moved("workers", kind) for kind in ("autonomous", "response"))
        self._extra, self._slippage = setting.on("ru_labour"), setting.on("cn_slippage")
        self._banned = measures.course(lambda text: by_flow(lambda host: text.forbidden(host, "workers"), HOSTS))
        self._departing = measures.course(lambda text: by_flow(text.departing, HOSTS))
        contract, adjustment = parameters["workers.contract"], parameters["workers.adjustment_time"]
        opening = self._initial + setting.zeros(len(HOSTS))
        self._true = Workforce(opening, contract, adjustment)
        self._lawful, self._as_proposed = (Workforce(opening, contract, adjustment) for _ in range(2))

    @property
    def baseline_wages(self) -> Floats:
        """What the workers send home when nothing is cut, $m per month, ``(1, 1 or lane)``."""
        wages: Floats = (self._initial * self._wage).sum(axis=0)
        return wages

    def process(self, clock: Clock) -> Process:
        """Move workers and send wages home, every month."""
        yield from clock.monthly((WORKERS_MOVE, self._move))

    def _move(self, month: int) -> None:
        setting, records, ledger = self._setting, self._setting.records, self._setting.ledger
        asked = self._initial + setting.zeros(len(HOSTS))
        asked[_RUSSIA] += self._autonomous[month]
        wanted = asked.copy()
        # Russia answers to what China does: as long as China cuts nothing, it asks for nobody more.
        answering = self._extra * (records["china.trade_cut"] > 0)
        wanted[_RUSSIA] *= 1 + answering * self._lift * records["russia.posture"]
        wanted[_RUSSIA] += self._extra * self._responses[month]

        # What each host leaves undone: Russia evades by visa, China does not enforce.
        laxity = setting.zeros(len(HOSTS))
        laxity[_RUSSIA] = self._extra * self._evasion
        laxity[_CHINA] = self._slippage * (1 - records["china.enforcement.exports"])
        banned, departing = self._banned.own(month), self._departing.own(month)
        came, left = self._true.move(wanted, banned * (1 - laxity), departing * (1 - laxity))
        self._lawful.move(asked, banned, departing)
        self._as_proposed.move(asked, self._banned.common(month), self._departing.common(month))

        ledger.post("workers_came", month, came)
        ledger.post("workers_left", month, left)
        ledger.note("workers", month, self._true.number)
        lawful = np.minimum(self._lawful.number, self._true.number)
        permitted = np.minimum(self._as_proposed.number, lawful)
        parts = {"permitted": permitted, "diluted": lawful - permitted, "leaked": self._true.number - lawful}
        for part, workers in parts.items():
            ledger.note(f"workers_{part}", month, workers)
            ledger.post(f"wages_{part}", month, workers * self._wage)
        records.record("labour.wages_russia", (self._true.number * self._wage)[_RUSSIA])
