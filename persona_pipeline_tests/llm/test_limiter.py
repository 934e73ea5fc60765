import asyncio

import pytest

from persona_pipeline.llm.limiter import START, Limiter, Limiters
from persona_pipeline.llm.pace import Pace, pause_told, seconds
from persona_pipeline_tests.llm.asking import failure


class Hours:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, pause_s: float) -> None:
        self.now += pause_s


def limiter(most: int = 1000, hours: Hours | None = None) -> Limiter:
    hours = hours or Hours()
    return Limiter(most, clock=hours, sleep=hours.sleep)


def rounds(limited: Limiter, count: int) -> None:
    for _ in range(count):
        for _ in range(int(limited.limit)):
            limited.answered()


def test_it_begins_small_doubles_each_round_and_stops_at_the_most() -> None:
    limited = limiter(most=100)
    seen = [limited.limit]
    for _ in range(4):
        rounds(limited, 1)
        seen.append(limited.limit)
    assert seen == [START, 32, 64, 100, 100]


def test_a_burst_of_refusals_cuts_by_a_quarter_once() -> None:
    hours = Hours()
    limited = limiter(hours=hours)
    rounds(limited, 2)  # 64
    entered = hours.now
    hours.now += 1
    for _ in range(30):
        limited.failed(failure("rate_limit"), entered)
    assert (limited.limit, limited.cuts) == (48, 1)
    entered, hours.now = hours.now + 1, hours.now + 2
    limited.failed(failure("rate_limit"), entered)  # one that entered after the cut
    assert (limited.limit, limited.cuts) == (36, 2)


def test_after_a_refusal_it_grows_slowly_and_beyond_the_remembered_level_slower() -> None:
    hours = Hours()
    limited = limiter(hours=hours)
    rounds(limited, 3)  # 128
    limited.failed(failure("rate_limit"), hours.now)  # 96; the level 128 is remembered
    rounds(limited, 1)
    assert 96 + 6 <= limited.limit <= 96 + 6.4  # a twentieth of 128 a round
    rounds(limited, 6)
    before = limited.limit
    assert before > 128
    rounds(limited, 1)
    assert limited.limit - before == pytest.approx(1, abs=0.05)


def test_a_server_error_holds_growth_back_and_cuts_nothing() -> None:
    hours = Hours()
    limited = limiter(hours=hours)
    limited.failed(failure("server"), hours.now)
    rounds(limited, 3)
    assert limited.limit == START
    hours.now += 10
    rounds(limited, 1)
    assert limited.limit == 2 * START


def test_a_wish_to_wait_holds_everybody_back() -> None:
    hours = Hours()
    limited = limiter(hours=hours)
    limited.failed(failure("rate_limit", 7.0), hours.now)
    assert asyncio.run(limited.enter()) == 107


def test_no_more_enter_than_the_limit_and_leaving_lets_the_next_in() -> None:
    limited = limiter(most=2)

    async def story() -> tuple[bool, bool]:
        await limited.enter()
        await limited.enter()
        third = asyncio.create_task(limited.enter())
        await asyncio.sleep(0.01)
        waited = not third.done()
        limited.leave()
        await asyncio.wait_for(third, 1)
        return waited, third.done()

    assert asyncio.run(story()) == (True, True)


def test_a_wave_that_was_cancelled_leaves_the_way_free() -> None:
    limited = limiter(most=1)

    async def story() -> None:
        await limited.enter()
        given_up = asyncio.create_task(limited.enter())
        patient = asyncio.create_task(limited.enter())
        await asyncio.sleep(0.01)
        given_up.cancel()
        await asyncio.sleep(0)
        limited.leave()
        await asyncio.wait_for(patient, 1)

    asyncio.run(story())


def test_a_place_handed_to_one_who_was_called_off_goes_to_the_next() -> None:
    limited = limiter(most=1)

    async def story() -> int:
        await limited.enter()
        first, second = asyncio.create_task(limited.enter()), asyncio.create_task(limited.enter())
        await asyncio.sleep(0.01)
        limited.leave()  # the first has the place now, and is called off before it knows
        first.cancel()
        await asyncio.wait_for(second, 1)
        limited.leave()
        return limited.in_flight

    assert asyncio.run(story()) == 0


def test_who_waits_longest_enters_first_and_nobody_passes_by() -> None:
    limited, entered = limiter(most=1), []

    async def work(name: str) -> None:
        for _ in range(2):
            await limited.enter()
            entered.append(name)
            await asyncio.sleep(0)
            limited.leave()

    async def story() -> None:
        await asyncio.gather(*(work(name) for name in "abc"))

    asyncio.run(story())
    assert "".join(entered) == "abcabc"


def test_requests_a_minute_are_spaced_out_after_the_first_second() -> None:
    pace = Pace(60)  # one a second, and one second's allowance at once
    assert [pace.wait_s(1, now=50.0) for _ in range(4)] == [0, 0, 1, 2]
    assert Pace(None).wait_s(10**9, now=0.0) == 0


def test_headers_that_leave_nothing_hold_everybody_back_until_the_reset() -> None:
    left = {"x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": "6m0s"}
    none = {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m2s"}
    assert (pause_told(left), pause_told(none), pause_told(left | none), pause_told({})) == (0, 62, 62, 0)
    hours = Hours()
    limited = limiter(hours=hours)
    limited.told(none)
    assert asyncio.run(limited.enter()) == 162


@pytest.mark.parametrize(
    ("text", "expected"), [("20ms", 0.02), ("6m0s", 360), ("1h30m", 5400), ("1.5", 1.5), ("soon", None), ("", None)]
)
def test_durations_as_endpoints_write_them(text: str, expected: float | None) -> None:
    assert seconds(text) == expected


def test_waves_share_one_limiter_per_endpoint_and_model() -> None:
    limiters = Limiters()
    first = limiters.of("here", "a", 64)
    assert limiters.of("here", "a", 32) is first
    assert first.limit == START
    assert limiters.of("here", "b", 64) is not first
    assert limiters.of("there", "a", 64) is not first
