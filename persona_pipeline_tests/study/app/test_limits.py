from persona_pipeline.study.app import limits
from persona_pipeline.study.app.limits import Buckets, Rate, neighbourhood


def test_a_burst_is_let_through_and_then_so_many_a_second():
    buckets = Buckets(Rate(burst=3, per_s=2))
    assert [buckets.wait_s("a", 0.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.wait_s("a", 0.5) == 0  # half a second gives one
    assert buckets.wait_s("b", 0.5) == 0  # somebody else has a bucket of their own


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(limits, "REMEMBERED", 10)
    buckets = Buckets(Rate(1, 1))
    for number in range(1000):
        buckets.wait_s(str(number), 0.0)
    assert len(buckets._left) == 10


def test_one_subscribers_ipv6_network_is_one_neighbourhood():
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff") == "2001:db8::/64"
    assert neighbourhood("192.0.2.7") == "192.0.2.7"
