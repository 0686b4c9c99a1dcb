"""The mail of an invitation to colleagues: promised with it, in the authority's language."""

from datetime import datetime
from uuid import UUID

from stadttor.core.languages import OFFICIAL
from stadttor.ground.web import formats
from stadttor.ground.web.language import speaking
from stadttor.identity.ports import InvitationMail
from stadttor.notices.services import erase_about, send_mail


def mail_invitation(mail: InvitationMail, now: datetime) -> None:
    """One for each link: sent again, it is another mail."""
    with speaking(OFFICIAL):
        until = formats.moment(mail.until)
    send_mail(
        authority_id=mail.authority_id,
        key=f"invitation:{mail.subject_id}:{mail.until.isoformat()}",
        to=mail.to,
        kind="invitation",
        subject_id=mail.subject_id,
        language=OFFICIAL,
        values={"authority": mail.authority, "by": mail.by, "link": mail.link, "until": until},
        now=now,
    )


def forget_invitation(authority_id: UUID, invitation_id: UUID) -> None:
    """With an invitation go its mails."""
    erase_about(authority_id=authority_id, subject_id=invitation_id)
