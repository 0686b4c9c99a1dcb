"""Cases and what belongs to them. All walled; filter columns are of leakproof types (text, uuid, date, timestamp)."""

from django.db import models
from django.db.models import Q

from stadttor.core.classify import K2
from stadttor.ground.classify import classified
from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Walled


class Case(Walled):
    """One application in work. `version` counts changes; `active` is true until it is closed or withdrawn.

    `is_test` marks one that was made while its service was tried out; `answer_unseen` is true from the applicant's
    answer until a colleague looks at the case. While `is_protected` no name stands here: it is in the Protection. With a
    `secrecy` (tax) it exists for the unit in charge alone.
    """

    number = models.TextField()
    submission_id = models.UUIDField(null=True)
    adoption_id = models.UUIDField()
    adoption_revision = models.IntegerField(default=1)
    service = models.TextField()
    title = models.TextField()
    applicant = classified(models.TextField(), K2, keep="case")
    applicant_key = classified(models.TextField(db_collation="C"), K2, keep="case")
    language = models.TextField(default="de")
    channel = models.TextField(default="online")
    trust = models.TextField(default="none")
    land = models.TextField(default="")
    is_test = models.BooleanField(default=False)
    is_protected = models.BooleanField(default=False)
    secrecy = models.TextField(default="")

    unit_id = models.UUIDField(null=True)
    assignee_id = models.UUIDField(null=True)
    assignee_name = models.TextField(default="")
    state = models.TextField(default="received")
    active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)
    answer_unseen = models.BooleanField(default=False)

    received = models.DateTimeField()
    period = models.TextField(default="")
    due = models.DateField(null=True)
    clock_stopped = models.DateField(null=True)
    four_eyes = models.BooleanField(default=False)
    outcome = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    retention = models.TextField(default="P3Y")
    instance_id = models.UUIDField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "number"], name="case_number_once"),
            models.UniqueConstraint(fields=["authority", "submission_id"], name="case_submission_once"),
            # Whatever lists, searches or exports cases cannot say a name that is not there.
            models.CheckConstraint(
                condition=Q(is_protected=False) | Q(applicant="", applicant_key=""), name="protected_case_nameless"
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "due", "id"], condition=Q(active=True), name="case_due"),
            models.Index(fields=["authority", "unit_id", "due", "id"], condition=Q(active=True), name="case_unit_due"),
            models.Index(
                fields=["authority", "assignee_id", "due", "id"], condition=Q(active=True), name="case_assignee_due"
            ),
            models.Index(fields=["authority", "service", "due", "id"], condition=Q(active=True), name="case_service"),
            models.Index(fields=["authority", "state", "due", "id"], name="case_state_due"),
            models.Index(fields=["authority", "received", "id"], name="case_received"),
            models.Index(fields=["authority", "applicant_key", "id"], name="case_applicant"),
            models.Index(fields=["authority", "due", "id"], condition=Q(answer_unseen=True), name="case_answer_unseen"),
        ]


class OfCase(Walled):
    """A row that belongs to one case of the same authority and goes with it."""

    case_id = models.UUIDField()

    class Meta:
        abstract = True


class CaseWord(OfCase):
    """A word by which a case is found; compared by beginning and end of a range, which indexes serve under the wall."""

    word = classified(models.TextField(db_collation="C"), K2, keep="case")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "word", "case_id"], name="case_word_once"),
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_word_case", on_delete="CASCADE"),
        ]
        indexes = [models.Index(fields=["authority", "case_id", "word"], name="case_word_case")]


class Event(OfCase):
    """Something that happened to a case. `public`: the applicant sees it on the status page. Append-only."""

    app_rights = "SELECT, INSERT"

    at = models.DateTimeField()
    act = models.TextField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    actor_name = classified(models.TextField(default=""), K2, keep="case")
    details = models.JSONField(default=dict)
    public = models.BooleanField(default=False)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_event_case", on_delete="CASCADE"),
        ]
        indexes = [models.Index(fields=["authority", "case_id", "at"], name="case_event_at")]


class Question(OfCase):
    """Asked back: `items` [{key, kind: question|document|field, text, reason}], `answers` [{key, text, documents}].

    It is open until it is answered or taken back.
    """

    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.TextField(default="")
    until = models.DateField(null=True)
    items = classified(models.JSONField(), K2, keep="case")
    answers = classified(models.JSONField(default=list), K2, keep="case")
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_question_case", on_delete="CASCADE"),
        ]
        indexes = [models.Index(fields=["authority", "case_id", "asked_at"], name="case_question_at")]


class Note(OfCase):
    """A clerk's note; the applicant does not see it on the portal, but may in the file.

    (§ 29 VwVfG, in Bavaria Art. 29 BayVwVfG.)
    """

    at = models.DateTimeField()
    author_id = models.UUIDField(null=True)
    author_name = models.TextField(default="")
    text = classified(models.TextField(), K2, keep="case")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_note_case", on_delete="CASCADE"),
        ]
        indexes = [models.Index(fields=["authority", "case_id", "at"], name="case_note_at")]


class Decision(OfCase):
    """How a case was decided. At most one of a case is neither sent nor taken back.

    `reasons` and `conditions` are [{key, text}]; `send_at` is when it leaves the house unless it is taken back,
    `sent_at` when it left together with its letter: both are set, or neither. `valid_from` and `valid_until` are the
    first and last day of the permit it brings along. `channel` is its one lawful way, `channel_reason` why it is another
    one than the rule's; empty for what is no decision in the sense of the law. `fee_cents` is what it asks for where the fee is
    paid after it, `fee_reason` why it is another amount than by the service's fees. `tags` are the numbers it gives, in the
    order of the application, empty where it gives none.
    """

    outcome = models.TextField()
    reasons = classified(models.JSONField(default=list), K2, keep="case")
    conditions = classified(models.JSONField(default=list), K2, keep="case")
    decided_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.TextField(default="")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    confirmed_by_name = models.TextField(default="")
    send_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    letter_document_id = models.UUIDField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    channel = models.TextField(default="")
    channel_reason = classified(models.TextField(default=""), K2, keep="case")
    fee_cents = models.IntegerField(null=True)
    fee_reason = classified(models.TextField(default=""), K2, keep="case")
    tags = classified(models.JSONField(default=list), K2, keep="case")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(
                fields=["authority", "case_id"],
                condition=Q(sent_at__isnull=True, taken_back_at__isnull=True),
                name="case_one_pending_decision",
            ),
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_decision_case", on_delete="CASCADE"),
        ]
        indexes = [models.Index(fields=["authority", "case_id", "decided_at"], name="case_decision_at")]


class Permit(OfCase):
    """What a decision allows or enters, as an object; a new decision of the case changes it.

    With a last day (`valid_until`) it is the one permit of its case. Without one it is a tag: there until it is ended, one for
    each element of the application, whose place is `entry`, counted from 0, and whose name `called`.
    `ended_from` is the day from which it does not count any more, `replaced_by` the case of the permit that took its
    place, `ended_by` the case that ended a tag, `history` [{at, act, name, reason, day, plates, from, until}], oldest first.
    """

    number = models.TextField()
    entry = models.IntegerField(default=0)
    called = classified(models.TextField(default=""), K2, keep="case")
    service = models.TextField()
    holder = classified(models.TextField(), K2, keep="case")
    holder_key = classified(models.TextField(db_collation="C"), K2, keep="case")
    area = classified(models.TextField(default=""), K2, keep="case")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    state = models.TextField(default="valid")
    ended_from = models.DateField(null=True)
    replaced_by = models.UUIDField(null=True)
    ended_by = models.UUIDField(null=True)
    reminded_at = models.DateTimeField(null=True)
    history = classified(models.JSONField(default=list), K2, keep="case")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "case_id", "entry"], name="permit_of_entry_once"),
            models.UniqueConstraint(fields=["authority", "number"], name="permit_number_once"),
            # A case ends one tag: its form asks for one number.
            models.UniqueConstraint(
                fields=["authority", "ended_by"], condition=Q(ended_by__isnull=False), name="permit_ended_once"
            ),
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_permit_case", on_delete="CASCADE"),
        ]
        indexes = [
            models.Index(fields=["authority", "valid_until"], condition=Q(state="valid"), name="permit_until"),
            models.Index(fields=["authority", "holder_key"], condition=Q(state="valid"), name="permit_holder"),
        ]


class PermitPlate(OfCase):
    """A number plate that the permit of a case is for; `key` is how it is found, whatever was typed between its signs."""

    plate = classified(models.TextField(), K2, keep="case")
    key = classified(models.TextField(), K2, keep="case")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "key", "case_id"], name="permit_plate_once"),
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_plate_case", on_delete="CASCADE"),
        ]
        indexes = [models.Index(fields=["authority", "case_id"], name="permit_plate_case")]


class Protection(OfCase):
    """That the person of a case is protected (§ 51 BMG), until it is lifted; `applicant` is the name no list may show.

    `origin` is statement (the person's own) or clerk.
    """

    origin = models.TextField()
    applicant = classified(models.TextField(), K2, keep="case")
    since = models.DateTimeField()
    by_name = models.TextField(default="")
    reason = classified(models.TextField(default=""), K2, keep="case")
    lifted = models.DateTimeField(null=True)
    lifted_by_name = models.TextField(default="")
    lifted_reason = classified(models.TextField(default=""), K2, keep="case")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(
                fields=["authority", "case_id"], condition=Q(lifted__isnull=True), name="case_protected_once"
            ),
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_protection_case", on_delete="CASCADE"),
        ]
        indexes = [models.Index(fields=["authority", "case_id", "since"], name="case_protection_since")]


class ProtectedLook(OfCase):
    """That a colleague opened a protected case, and why; open to her for one sitting, `until` a moment."""

    staff_id = models.UUIDField()
    staff_name = models.TextField()
    reason = classified(models.TextField(), K2, keep="case")
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_look_case", on_delete="CASCADE"),
        ]
        indexes = [models.Index(fields=["authority", "case_id", "staff_id", "until"], name="case_look_until")]


class Presence(OfCase):
    """Who looked at a case last when: colleagues see each other."""

    staff_id = models.UUIDField()
    staff_name = models.TextField()
    seen = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "case_id", "staff_id"], name="case_presence_once"),
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_presence_case", on_delete="CASCADE"),
        ]


class Deputy(Walled):
    """Who sees and takes a colleague's cases from one day to another, both included."""

    staff_id = models.UUIDField()
    staff_name = models.TextField()
    deputy_id = models.UUIDField()
    deputy_name = models.TextField()
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta(Walled.Meta):
        indexes = [models.Index(fields=["authority", "deputy_id", "last_day"], name="case_deputy_of")]


class SavedFilter(Walled):
    """A clerk's own view of the work list: its name and the query string behind it, with the words she looks for."""

    staff_id = models.UUIDField()
    name = models.TextField()
    query = classified(models.TextField(), K2, keep="account")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "staff_id", "name"], name="case_filter_once"),
        ]


class ServiceOfCases(Walled):
    """A service of which this authority ever had a case: what the filter offers, so that no list is counted for it."""

    slug = models.TextField()
    title = models.TextField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "slug"], name="case_service_once"),
        ]
