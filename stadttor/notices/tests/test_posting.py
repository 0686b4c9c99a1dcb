from datetime import datetime, timedelta

import pytest

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.models import Authority
from stadttor.notices import queries, services

pytestmark = pytest.mark.db
SUBJECT, LETTER = new_id(), new_id()


def posted(authority: Authority, now: datetime, key: str = "question:1") -> object:
    return services.post_message(
        authority_id=authority.id, key=key, subject_id=SUBJECT, language="uk", title="Питання", body="Будь ласка",
        documents=[LETTER], now=now,
    )  # fmt: skip


def test_a_message_is_in_the_mailbox_once(authority: Authority, now: datetime) -> None:
    assert posted(authority, now) == posted(authority, now)
    [message] = queries.messages_for(authority.id, SUBJECT)
    assert (message.title, message.documents, message.read_at) == ("Питання", (LETTER,), None)


def test_the_newest_message_comes_first(authority: Authority, now: datetime) -> None:
    older = posted(authority, now)
    newer = posted(authority, now + timedelta(hours=1), key="question:2")
    assert [row.id for row in queries.messages_for(authority.id, SUBJECT)] == [newer, older]


def test_a_message_is_read_when_it_was_first_opened(authority: Authority, now: datetime) -> None:
    message_id = posted(authority, now)
    for moment in (now, now + timedelta(days=1)):
        services.mark_read(authority_id=authority.id, subject_id=SUBJECT, message_id=message_id, now=moment)
    assert queries.messages_for(authority.id, SUBJECT)[0].read_at == now


def test_a_message_of_another_application_is_not_there(authority: Authority, now: datetime) -> None:
    message_id = posted(authority, now)
    with pytest.raises(Refused, match="not_found"):
        services.mark_read(authority_id=authority.id, subject_id=new_id(), message_id=message_id, now=now)


def test_the_neighbour_sees_no_message(authority: Authority, neighbour: Authority, now: datetime) -> None:
    posted(authority, now)
    assert queries.messages_for(neighbour.id, SUBJECT) == []
