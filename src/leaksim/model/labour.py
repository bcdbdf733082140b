"""Workers abroad: contracts, permits, bans, repatriation, and the wages that the state takes.

Channel ``ru_labour``: Russia lets more workers in once China cuts, and keeps on student and tourist visas some that it
should send home. China's workers leave as far as China enforces (channel ``cn_slippage``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Floats
from leaksim.model.compiled import has_compiled_form
from leaksim.model.dimensions import HOSTS
from leaksim.model.ledger import PLACES
from leaksim.model.measures import Course, by_flow
from leaksim.model.schedule import WORKERS_MOVE
from leaksim.model.setting import Setting

RUSSIA, CHINA = range(len(HOSTS))


PARTS = "permitted", "diluted", "leaked"
"""Workers abroad: by both texts, by the text of the arm alone, and against it."""


@dataclass(frozen=True)
class Terms:
    """What the number of workers depends on."""

    initial: Floats
    """Workers at the start, ``(host, 1, lane)``."""
    wage: Floats
    """What each sends home, ``(host, 1, lane)``, $m per month."""
    contract: Floats
    """Months that a contract lasts, ``(1, lane)``."""
    adjustment: Floats
    """Months in which the number moves to its target, ``(1, lane)``."""
    lift: Floats
    """Workers whom Russia asks for in addition, as a share, ``(1, lane)``."""
    evasion: Floats
    """Share of those whom Russia should send home that stays on other visas, ``(1, lane)``."""
    autonomous: Floats
    """Workers whom Russia asks for in each month by dated moves, ``(month, arm, 1)``."""
    responses: Floats
    """The same where they answer the measures."""
    extra: Floats
    """1.0 in arms in which Russia lets more in, ``(arm, 1)``."""
    slippage: Floats
    """1.0 in arms in which China's enforcement is lax, ``(arm, 1)``."""
    banned: Course
    """Share of the permits that each host does not give."""
    departing: Course
    """Share of those whose contract goes on that each host sends home."""


@dataclass(frozen=True)
class Workforce:
    """Workers in the host countries, each ``(host, arm, lane)``."""

    true: Floats
    lawful: Floats
    """If the hosts did what the measures ask in the text of the arm, and otherwise what they did at baseline."""
    as_proposed: Floats
    """The same in the text proposed."""


class Labour:
    """DPRK workers in Russia and China, and the wages that reach the state.

    ``W' = W + permits - W / contract - forced``: permits replace those whose contract ends and move the number toward
    the target; a ban forbids a share of them; a deadline sends home a share of those whose contract goes on.

    Beside the true number the agent keeps what it would be if the hosts did what the measures ask: the wages of the
    others have leaked.
    """

    def __init__(self, setting: Setting) -> None:
        parameters, measures = setting.parameters, setting.measures
        self._setting = setting
        self._terms = Terms(
            initial=setting.in_all_lanes(parameters.stack(*(f"workers.{host}.number" for host in HOSTS))),
            # In $m per worker and month.
            wage=setting.in_all_lanes(parameters.stack(*(f"workers.{host}.wage_to_state" for host in HOSTS)) / 12e6),
            contract=setting.in_all_lanes(parameters["workers.contract"]),
            adjustment=setting.in_all_lanes(parameters["workers.adjustment_time"]),
            lift=setting.in_all_lanes(parameters["workers.russia.target_lift"]),
            evasion=setting.in_all_lanes(parameters["workers.russia.visa_evasion"]),
            autonomous=setting.moved("workers", "autonomous"),
            responses=setting.moved("workers", "response"),
            extra=setting.on("ru_labour"),
            slippage=setting.on("cn_slippage"),
            banned=measures.course(lambda text: by_flow(lambda host: text.forbidden(host, "workers")[:, 0], HOSTS)),
            departing=measures.course(lambda text: by_flow(text.departing, HOSTS)),
        )
        self._workforce = Workforce(*(self._terms.initial + setting.zeros(len(HOSTS)) for _ in fields(Workforce)))

    @property
    def baseline_wages(self) -> Floats:
        """What the workers send home when nothing is cut, $m per month, ``(1, lane)``."""
        wages: Floats = (self._terms.initial * self._terms.wage).sum(axis=0)
        return wages

    def process(self, clock: Clock) -> Process:
        """Move workers and send wages home, every month."""
        yield from clock.monthly((WORKERS_MOVE, self._move))

    def _move(self, month: int) -> None:
        records = self._setting.records
        wages_russia = move(
            self._workforce,
            self._terms,
            month,
            records["china.trade_cut"],
            records["china.enforcement.exports"],
            records["russia.posture"],
            self._setting.ledger.of_month(month),
        )
        records.record("labour.wages_russia", wages_russia)


@has_compiled_form
def move(
    workforce: Workforce,
    terms: Terms,
    month: int,
    trade_cut: Floats,
    enforcement: Floats,
    posture: Floats,
    book: Floats,
) -> Floats:
    """Let the workforce live through a month, and return the wages from Russia, ``(arm, lane)``.

    Parameters
    ----------
    trade_cut, enforcement, posture
        China's cut, its enforcement on exports, and Russia's posture, ``(arm, lane)``.
    book
        The month's book, ``(item, arm, lane)``, in which it is entered.
    """
    asked = terms.initial + np.zeros_like(workforce.true)
    asked[RUSSIA] += terms.autonomous[month]
    wanted = asked.copy()
    # Russia answers to what China does: as long as China cuts nothing, it asks for nobody more.
    answering = terms.extra * (trade_cut > 0)
    wanted[RUSSIA] *= 1 + answering * terms.lift * posture
    wanted[RUSSIA] += terms.extra * terms.responses[month]

    # What each host leaves undone: Russia evades by visa, China does not enforce.
    laxity = np.zeros_like(workforce.true)
    laxity[RUSSIA] = terms.extra * terms.evasion
    laxity[CHINA] = terms.slippage * (1 - enforcement)
    banned, departing = terms.banned.own(month), terms.departing.own(month)
    came, left = _move(workforce.true, terms, wanted, banned * (1 - laxity), departing * (1 - laxity))
    book[PLACES["workers_came"]], book[PLACES["workers_left"]] = came, left
    _move(workforce.lawful, terms, asked, banned, departing)
    _move(workforce.as_proposed, terms, asked, terms.banned.common(month), terms.departing.common(month))

    lawful = np.minimum(workforce.lawful, workforce.true)
    permitted = np.minimum(workforce.as_proposed, lawful)
    parts = permitted, lawful - permitted, workforce.true - lawful
    book[PLACES["workers"]] = workforce.true
    for part, people in zip(PARTS, parts, strict=True):
        book[PLACES[f"workers_{part}"]] = people
        book[PLACES[f"wages_{part}"]] = people * terms.wage
    wages_russia: Floats = workforce.true[RUSSIA] * terms.wage[RUSSIA]
    return wages_russia


def _move(number: Floats, terms: Terms, target: Floats, banned: Floats, departing: Floats) -> tuple[Floats, Floats]:
    """Bring the number up to date, and return those who came and those who left."""
    ended = number / terms.contract
    came = np.maximum(ended + (target - number) / terms.adjustment, 0.0) * (1 - banned)
    left = ended + departing * (number - ended)
    number[...] = number + came - left
    return came, left
