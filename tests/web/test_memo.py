"""Values are kept for their time, and empty ones are not."""

from web.memo import Memo


def test_a_value_is_made_again_only_after_its_time():
    now = [0.0]
    made = []
    memo = Memo(clock=lambda: now[0])

    def make():
        made.append(1)
        return (len(made),)

    assert memo.get("a", 60, make) == (1,)
    now[0] = 59.9
    assert memo.get("a", 60, make) == (1,)
    now[0] = 60.0
    assert memo.get("a", 60, make) == (2,)
    assert memo.get("b", 60, make) == (3,)


def test_an_empty_value_is_not_kept():
    memo = Memo(clock=lambda: 0.0)
    assert memo.get("a", 60, lambda: ()) == ()
    assert memo.get("a", 60, lambda: (1,)) == (1,)
