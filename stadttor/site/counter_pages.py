"""The counter at the desk: take a fee, undo it, print its receipt; what an organiser says of the books."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.cases.panels import back_to_case
from stadttor.cases.queries import CaseView, case_for
from stadttor.cases.services import look_at
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.forms.rules.formats import is_date
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.payments.queries import PaymentRow, payment_of
from stadttor.payments.queries.finance import (
    BankAccount,
    ReceiptRow,
    RulesRow,
    all_rules,
    claim_number,
    finance_rules,
    receipt_row,
)
from stadttor.payments.services import counter
from stadttor.payments.services.finance import Books, set_rules
from stadttor.site.accounts import account_fields
from stadttor.site.counter import METHODS, MISTAKES, owed, receipt_pdf, take_fee, undo_fee
from stadttor.tenancy.queries import MemberRow, members

CHECK_WORDS = {
    "mod97": N_("Two digits (ISO 7064, modulo 97)"),
    "mod11": N_("One digit (ISO 7064, modulo 11, 10)"),
    "luhn": N_("One digit (Luhn, modulo 10)"),
    "none": N_("None"),
}


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def take(request: Any, case_id: UUID) -> HttpResponse:
    """Take the fee of a case in cash or by card, after saying what will happen."""
    found = look_at(staff=request.staff, case_id=case_id, now=now())
    if request.method == "GET":
        return _take_page(request, found, None)
    try:
        take_fee(
            case=found,
            staff=request.staff,
            method=request.POST.get("method", ""),
            key=_key(request),
            seen=_cents(request.POST.get("seen", "")),
        )
    except Refused as error:
        if error.field is None:
            raise
        return _take_page(request, found, error)
    return back_to_case(case_id, "fee_taken")


def _take_page(request: Any, found: CaseView, error: Refused | None) -> HttpResponse:
    due = owed(found.ref)
    if due is None:
        raise Refused("nothing_owed", N_("No fee is owed here any more."), status=409)
    with speaking(request.language):
        context = {
            "case": found,
            "owed": due,
            "key": _key(request) or new_id().hex,
            "methods": _options(METHODS),
            "has_rules": finance_rules(request.authority.id, now()) is not None,
            "error": _told(error),
        }
    return render(request, "site/take_fee.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def undo(request: Any, case_id: UUID, receipt_id: UUID) -> HttpResponse:
    """Undo what was taken at the counter today, after asking why."""
    found, receipt, _payment = _mine(request, case_id, receipt_id)
    if request.method == "GET":
        return _undo_page(request, found, receipt, None)
    try:
        undo_fee(
            case=found,
            staff=request.staff,
            receipt_id=receipt.id,
            key=_key(request),
            mistake=request.POST.get("mistake", ""),
            text=request.POST.get("text", ""),
        )
    except Refused as error:
        if error.field is None:
            raise
        return _undo_page(request, found, receipt, error)
    return back_to_case(case_id, "fee_undone")


def _undo_page(request: Any, found: CaseView, receipt: ReceiptRow, error: Refused | None) -> HttpResponse:
    with speaking(request.language):
        context = {
            "case": found,
            "receipt": receipt,
            "method": _(METHODS[receipt.method]),
            "key": _key(request) or new_id().hex,
            "mistakes": _options(MISTAKES),
            "posted": request.POST,
            "error": _told(error),
        }
    return render(request, "site/undo_fee.html", context, status=error.status if error else 200)


@require_POST
@require_role("clerk")
def print_receipt(request: Any, case_id: UUID, receipt_id: UUID) -> HttpResponse:
    """The receipt as PDF. That it is printed is noted first: whatever follows the first print is a copy."""
    _found, receipt, payment = _mine(request, case_id, receipt_id)
    before = counter.note_printed(
        authority_id=request.authority.id, receipt_id=receipt.id, actor=request.staff.actor(), now=now()
    )
    data = receipt_pdf(request.authority.id, receipt, payment, copy=before > 0)
    return file_response(data, "application/pdf", f"{receipt.number}.pdf")


def _mine(request: Any, case_id: UUID, receipt_id: UUID) -> tuple[CaseView, ReceiptRow, PaymentRow]:
    """A receipt of a case she sees. Refused as not found for any other."""
    found = case_for(request.staff, case_id, now())
    receipt = receipt_row(request.authority.id, receipt_id)
    payment = payment_of(request.authority.id, found.ref.submission_id) if found.ref.submission_id else None
    if receipt is None or payment is None or receipt.payment_id != payment.id:
        raise not_found()
    return found, receipt, payment


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def books(request: Any) -> HttpResponse:
    """How the books are kept from a day on: Kassenzeichen, receipts, accounts, the bank account."""
    if request.method == "GET":
        return _books_page(request, None)
    try:
        fields = {f"{one.key}": one.field for one in account_fields(request.authority.id, request.language)}
        set_rules(
            authority_id=request.authority.id,
            valid_from=_typed_day(request),
            books=_typed_books(request, fields),
            actor=request.staff.actor(),
            now=now(),
        )
    except Refused as error:
        if error.field is None:
            raise
        return _books_page(request, error)
    return HttpResponseRedirect(url("finance:books") + "?done=1")


def _typed_books(request: Any, fields: Mapping[str, str]) -> Books:
    typed = {name: request.POST.get(name, "").replace("\0", "").strip() for name in request.POST}
    return Books(
        prefix=typed.get("prefix", "").upper(),
        digits=_cents(typed.get("digits", "")),
        check_digits=typed.get("check", ""),
        receipt_prefix=typed.get("receipt_prefix", "").upper(),
        accounts={key: typed.get(field, "") for key, field in fields.items()},
        holder=typed.get("holder", ""),
        iban=typed.get("iban", "").replace(" ", "").upper(),
        bic=typed.get("bic", "").replace(" ", "").upper(),
        days=_cents(typed.get("days", "")),
        close_days=_cents(typed.get("close_days", "")),
        members={one.ars: _typed_account(typed, one.ars) for one in _with_accounts(request)},
        fields=fields,
    )


def _typed_account(typed: Mapping[str, str], ars: str) -> BankAccount:
    holder, iban, bic = (typed.get(f"member.{ars}.{part}", "") for part in ("holder", "iban", "bic"))
    return BankAccount(holder, iban.replace(" ", "").upper(), bic.replace(" ", "").upper())


def _with_accounts(request: Any) -> tuple[MemberRow, ...]:
    """The municipalities that may have accounts of their own: those in whose name an association decides. A Kreis decides
    in its own name."""
    return members(request.authority.id) if request.authority.kind == "verband" else ()


def _typed_day(request: Any) -> date:
    typed = _day_parts(request)
    iso = f"{typed['year']:>04}-{typed['month']:>02}-{typed['day']:>02}"
    if not is_date(iso):
        raise Refused("valid_from", N_("Please enter a date, for example 24 12 2026."), field="valid_from")
    return date.fromisoformat(iso)


def _day_parts(request: Any) -> dict[str, str]:
    return {part: request.POST.get(f"valid_from.{part}", "").strip() for part in ("day", "month", "year")}


def _books_page(request: Any, error: Refused | None) -> HttpResponse:
    versions, today = all_rules(request.authority.id), german_day(now())
    present = versions[0] if versions else None
    with speaking(request.language):
        accounts = account_fields(request.authority.id, request.language)
        values = request.POST if request.method == "POST" else _values(present)
        known = present.accounts if present else {}
        context = {
            "values": values,
            "valid_from": _day_parts(request) if request.method == "POST" else today.isoformat(),
            "accounts": [
                {"field": one.field, "label": one.label, "value": values.get(one.field, known.get(one.key, ""))}
                for one in accounts
            ],
            "members": [_member_account(one, values, present) for one in _with_accounts(request)],
            "checks": _options(CHECK_WORDS),
            "versions": versions,
            "example": claim_number(present.prefix, present.digits, present.check_digits, 1) if present else "",
            "done": _("Saved.") if request.GET.get("done") else "",
            "error": _told(error),
        }
    return render(request, "site/books.html", context, status=error.status if error else 200)


def _member_account(row: MemberRow, values: Mapping[str, str], present: RulesRow | None) -> dict[str, str]:
    known = present.members.get(row.ars, BankAccount()) if present else BankAccount()
    parts = {part: values.get(f"member.{row.ars}.{part}", value) for part, value in vars(known).items()}
    return {"ars": row.ars, "name": row.name, **parts}


def _values(present: Any) -> dict[str, str]:
    if present is None:
        return {"digits": "8", "check": "mod97", "days": "3", "close_days": "3"}
    names = ("prefix", "receipt_prefix", "holder", "iban", "bic")
    typed = {name: getattr(present, name) for name in names}
    numbers = {name: str(getattr(present, name)) for name in ("digits", "days", "close_days")}
    return typed | numbers | {"check": present.check_digits}


def _key(request: Any) -> str:
    """What makes pressing a button twice one act; drawn with the page."""
    key = request.POST.get("key", "")
    return key if key.isalnum() and 16 <= len(key) <= 64 else ""


def _cents(text: str) -> int:
    """A whole number as typed, 0 for anything else, which fits nothing."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _options(named: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": key, "label": _(label)} for key, label in named.items()]


def _told(error: Refused | None) -> dict[str, Any] | None:
    return {"field": error.field, "text": _(error.text, **error.values)} if error else None
