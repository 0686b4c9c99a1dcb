"""The work of an authority: a submission becomes a case, is checked, asked back about, decided, sent, closed.

Main verbs: `open_case`, `take`, `ask_back`, `answer_question`, `decide`, `confirm_second`, `undo`, `withdraw`, `close`.
Invariants: a submission has exactly one case; a case is in one state and everything that happens to it is an event of
its history; two people never overwrite each other; a decision leaves the house at the earliest one minute after it was
made, and with four eyes only after a second person agreed; whoever may not see a case is told that it does not exist.
"""
