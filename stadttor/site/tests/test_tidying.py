from stadttor.site.tidying import give_back, tidied


def test_every_so_many_requests_memory_is_given_back() -> None:
    told: list[str] = []
    application = tidied(lambda environ, start: [b"page"], every=3, tidy=lambda: told.append("tidied"))
    assert [list(application({}, print)) for _ in range(7)] == [[b"page"]] * 7
    assert told == ["tidied"] * 2


def test_giving_back_is_possible_at_any_time() -> None:
    give_back()
