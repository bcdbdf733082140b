"""Compiled form of `leaksim.model.labour`."""

from __future__ import annotations

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.model.compiled.kernel import copy, first_lines, in_full, kernel
from leaksim.model.compiled.measures import Together, read_texts
from leaksim.model.labour import PARTS, RUSSIA, Terms, Workforce

_OF_MOVES = first_lines("workers_came", "workers_left")
_OF_LEVELS = first_lines("workers", *(f"workers_{part}" for part in PARTS))
_OF_WAGES = first_lines(*(f"wages_{part}" for part in PARTS))


def move(
    workforce: Workforce,
    terms: Terms,
    month: int,
    trade_cut: Floats,
    enforcement: Floats,
    posture: Floats,
    book: Floats,
) -> Floats:
    """Go through the hosts once; who does what the measures ask has as many workers as they permit."""
    shape = trade_cut.shape
    wages_russia = np.empty(shape)
    _live_on(
        month,
        (workforce.true, workforce.lawful, workforce.as_proposed),
        (terms.initial, terms.wage),
        (terms.contract, terms.adjustment, terms.lift, terms.evasion),
        (terms.autonomous, terms.responses),
        (terms.banned.proposed, terms.banned.adopted),
        (terms.departing.proposed, terms.departing.adopted),
        (terms.banned.measured, terms.banned.diluted, terms.extra, terms.slippage),
        (in_full(trade_cut, shape), in_full(enforcement, shape), in_full(posture, shape)),
        book,
        (_OF_MOVES, _OF_LEVELS, _OF_WAGES),
        wages_russia,
        np.empty((11, shape[-1])),
    )
    return wages_russia


@kernel
def _live_on(
    month: int,
    workforce: Together,
    of_hosts: Together,
    in_lanes: Together,
    moved: Together,
    banned: Together,
    departing: Together,
    factors: Together,
    known: Together,
    book: Floats,
    entered: tuple[Places, ...],
    wages_russia: Floats,
    room: Floats,
) -> None:
    true, lawful, as_proposed = workforce
    initial, wage = of_hosts
    contract, adjustment, lift, evasion = in_lanes
    autonomous, responses = moved
    measured, is_diluted, extra, slippage = factors
    trade_cut, enforcement, posture = known
    moves, levels, wages = entered
    hosts, arms, lanes = true.shape
    terms = contract[0], adjustment[0]
    no_permits, sent_home = room[:2], room[2:4]
    asked, wanted, done, own, own_departing = room[4], room[5], room[6], room[7], room[8]
    would_come, would_leave = room[9], room[10]
    for host in range(hosts):
        read_texts(banned, month, host, no_permits)
        read_texts(departing, month, host, sent_home)
        for arm in range(arms):
            counts, text = measured[arm, 0], int(is_diluted[arm, 0] > 0)
            came, left = book[moves[0] + host, arm], book[moves[1] + host, arm]
            number, by_text, by_proposal = true[host, arm], lawful[host, arm], as_proposed[host, arm]
            more, moving = extra[arm, 0], autonomous[month, arm, 0] if host == RUSSIA else 0.0
            for lane in range(lanes):
                asked[lane] = initial[host, 0, lane] + moving
            for lane in range(lanes):
                own[lane] = counts * no_permits[text, lane]
            for lane in range(lanes):
                own_departing[lane] = counts * sent_home[text, lane]
            is_lax = more > 0 if host == RUSSIA else slippage[arm, 0] > 0
            if is_lax:
                _move(by_text, terms, asked, own, own_departing, would_come, would_leave)
                if host == RUSSIA:
                    for lane in range(lanes):
                        answering = more * (1.0 if trade_cut[arm, lane] > 0 else 0.0)
                        wanted[lane] = asked[lane] * (1 + answering * lift[0, lane] * posture[arm, lane])
                        wanted[lane] += more * responses[month, arm, 0]
                        done[lane] = 1 - more * evasion[0, lane]
                else:
                    copy(asked, wanted)
                    for lane in range(lanes):
                        done[lane] = 1 - slippage[arm, 0] * (1 - enforcement[arm, lane])
                for lane in range(lanes):
                    own[lane] *= done[lane]
                    own_departing[lane] *= done[lane]
                _move(number, terms, wanted, own, own_departing, came, left)
            else:
                _move(number, terms, asked, own, own_departing, came, left)
                copy(number, by_text)
            if text == 1:
                for lane in range(lanes):
                    own[lane] = max(counts * no_permits[1, lane], counts * no_permits[0, lane])
                    own_departing[lane] = max(counts * sent_home[1, lane], counts * sent_home[0, lane])
                _move(by_proposal, terms, asked, own, own_departing, would_come, would_leave)
            else:
                copy(by_text, by_proposal)
            copy(number, book[levels[0] + host, arm])
            permitted, diluted = book[levels[1] + host, arm], book[levels[2] + host, arm]
            leaked = book[levels[3] + host, arm]
            for lane in range(lanes):
                permitted[lane] = min(by_proposal[lane], by_text[lane], number[lane])
            for lane in range(lanes):
                diluted[lane] = min(by_text[lane], number[lane]) - permitted[lane]
            for lane in range(lanes):
                leaked[lane] = number[lane] - min(by_text[lane], number[lane])
            for part in range(len(wages)):
                if part == 0 or (text == 1 if part == 1 else is_lax):
                    sent, people = book[wages[part] + host, arm], book[levels[part + 1] + host, arm]
                    for lane in range(lanes):
                        sent[lane] = people[lane] * wage[host, 0, lane]
            if host == RUSSIA:
                for lane in range(lanes):
                    wages_russia[arm, lane] = number[lane] * wage[host, 0, lane]


@kernel
def _move(
    number: Floats, terms: Together, target: Floats, banned: Floats, departing: Floats, came: Floats, left: Floats
) -> None:
    contract, adjustment = terms
    for lane in range(len(number)):
        came[lane] = max(number[lane] / contract[lane] + (target[lane] - number[lane]) / adjustment[lane], 0.0)
        came[lane] *= 1 - banned[lane]
    for lane in range(len(number)):
        ended = number[lane] / contract[lane]
        left[lane] = ended + departing[lane] * (number[lane] - ended)
        number[lane] = number[lane] + came[lane] - left[lane]
