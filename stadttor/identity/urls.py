from django.urls import path

from stadttor.identity import account_admin_pages, account_pages, admin_pages, pages, passkey_pages, session_pages

app_name = "identity"
urlpatterns = [
    path("desk/sign-in", pages.sign_in, name="sign_in"),
    path("desk/sign-out", pages.sign_out, name="sign_out"),
    path("desk/password", pages.own_password, name="own_password"),
    path("desk/confirm-me", session_pages.confirm_me, name="confirm_me"),
    path("desk/sessions", session_pages.sessions, name="sessions"),
    path("desk/sessions/<uuid:session_id>/end", session_pages.end, name="end_session"),
    path("desk/sign-in/passkey", passkey_pages.sign_in, name="passkey_sign_in"),
    path("desk/sign-in/passkey/ask", passkey_pages.ask_to_sign_in, name="ask_to_sign_in"),
    path("desk/confirm-me/passkey", passkey_pages.prove, name="prove_by_passkey"),
    path("desk/confirm-me/passkey/ask", passkey_pages.ask_to_prove, name="ask_to_prove"),
    path("desk/passkeys", passkey_pages.passkeys, name="passkeys"),
    path("desk/passkeys/ask", passkey_pages.ask_to_register, name="ask_to_register"),
    path("desk/passkeys/<uuid:passkey_id>", passkey_pages.change, name="change_passkey"),
    path("desk/sign-in-rules", passkey_pages.sign_in_rules, name="sign_in_rules"),
    path("desk/staff", admin_pages.members, name="members"),
    path("desk/staff/new", admin_pages.member_new, name="member_new"),
    path("desk/staff/<uuid:membership_id>", admin_pages.member, name="member"),
    path("desk/staff/<uuid:membership_id>/password", admin_pages.password, name="password"),
    path("desk/staff/<uuid:membership_id>/sign-out", session_pages.sign_out_member, name="sign_out_member"),
    path("desk/staff/<uuid:membership_id>/passkeys", passkey_pages.remove_of_member, name="remove_passkeys_of"),
    path("desk/units", admin_pages.units, name="units"),
    path("desk/accounts", account_admin_pages.accounts, name="accounts"),
    path("desk/accounts/<uuid:provider_id>", account_admin_pages.account, name="account"),
    path("anmelden/<uuid:provider_id>", account_pages.metadata, name="account_metadata"),
    path("anmelden/<uuid:provider_id>/antwort", account_pages.answer, name="account_answer"),
    path("desk/tokens", admin_pages.tokens, name="tokens"),
]
