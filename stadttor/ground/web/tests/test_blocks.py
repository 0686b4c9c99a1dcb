from stadttor.ground.web.blocks import page_of


def test_a_page_knows_its_neighbours_and_keeps_the_filters():
    page = page_of(132, 3, size=25, path="/faelle", query={"q": "parken"})

    assert (page.first, page.last, page.count) == (51, 75, 6)
    assert page.next == "/faelle?q=parken&page=4"
    assert [number for number, _ in page.links] == [1, 2, 3, 4, 0, 6]
    assert page.links[4] == (0, None)


def test_a_page_beyond_the_end_is_the_last_one():
    page = page_of(30, 99, size=25, path="/", query={})

    assert (page.number, page.last, page.next) == (2, 30, "")


def test_an_empty_list_has_one_page_with_nothing():
    page = page_of(0, 1, size=25, path="/", query={})

    assert (page.count, page.first, page.last) == (1, 0, 0)
