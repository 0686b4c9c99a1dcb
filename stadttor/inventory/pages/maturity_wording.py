"""The questions about the maturity of a service in words, each with its answers."""

from collections.abc import Mapping

from stadttor.ground.web.language import N_

QUESTION_WORDS: Mapping[str, str] = {
    "information": N_("What can people read about it online?"),
    "application": N_("How do people apply?"),
    "sign_in": N_("How do people show who they are?"),
    "signature": N_("Is a signature needed?"),
    "proofs": N_("How do proofs come in?"),
    "payment": N_("How is the fee paid?"),
    "once_only": N_("Are people asked again for what the administration knows?"),
    "access": N_("Can everybody use the online form?"),
    "status": N_("How do people learn how far it is?"),
    "notice": N_("How does the decision reach people?"),
    "reception": N_("How does the application reach the colleague in charge?"),
    "filing": N_("Where is the file kept?"),
    "handling": N_("How is it handled and booked?"),
}
ANSWER_WORDS: Mapping[str, Mapping[str, str]] = {
    "information": {
        "nothing": N_("Nothing"),
        "some": N_("That it exists and who does it"),
        "all": N_("Who may, papers, cost, how long it takes and where to go"),
    },
    "application": {
        "paper": N_("On paper or in person only"),
        "assistant": N_("Filled in online, then printed or sent by mail"),
        "online": N_("Wholly online"),
    },
    "sign_in": {
        "in_person": N_("In person or with a copy of the identity card"),
        "own_account": N_("With an account of our own"),
        "state_account": N_("With BundID, organisation account, identity card online or wallet"),
        "not_needed": N_("They need not"),
    },
    "signature": {
        "by_hand": N_("Yes, by hand on paper"),
        "not_needed": N_("No, or it is replaced online"),
    },
    "proofs": {
        "by_post": N_("By post or in person"),
        "upload": N_("Uploaded with the application"),
        "registers": N_("From registers or wallets where that is possible, else uploaded"),
        "noots": N_("All from registers, by the national system for proofs (NOOTS)"),
        "not_needed": N_("None are needed"),
    },
    "payment": {
        "counter": N_("At the counter or after a letter"),
        "online": N_("Online with the application"),
        "free": N_("There is no fee"),
    },
    "once_only": {
        "all_again": N_("Yes, for everything"),
        "partly": N_("Partly; some is filled in from the sign-in or an earlier application"),
        "never_again": N_("No, nothing that is known is asked again"),
    },
    "access": {
        "unknown": N_("Nobody has looked yet"),
        "gaps": N_("It was checked and has known gaps"),
        "accessible": N_("It was checked and is accessible"),
    },
    "status": {
        "on_request": N_("They ask us"),
        "own_page": N_("On a page of their own or by mail"),
        "monitor": N_("Also in the federal status monitor"),
    },
    "notice": {
        "post": N_("By post only"),
        "download": N_("Online, to look at or download"),
        "mailbox": N_("Into the mailbox of their account, with legal effect"),
        "none": N_("There is no decision"),
    },
    "reception": {
        "printed": N_("Printed, or typed in again"),
        "document": N_("As a document, by mail or in a folder"),
        "data": N_("As data in the procedure he works with"),
    },
    "filing": {
        "paper": N_("On paper"),
        "both": N_("Partly on paper, partly electronically"),
        "electronic": N_("Wholly electronically"),
    },
    "handling": {
        "by_hand": N_("In several systems, by hand"),
        "one_system": N_("In one system, without typing anything again"),
        "automatic": N_("By itself where the law allows it, booking included"),
    },
}
