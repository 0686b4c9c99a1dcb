"""What an authority must say on paper: privacy notices, the accessibility statement, records of processing.

All of it is made from the packages it adopted, its settings and a dated table of the Länder; nothing is written twice. Verbs: say
who is responsible for it (`describe`), and more below `services`. Invariants: every row belongs to one authority; a paper never
says what nobody entered, it lists it as missing; what a lawyer has to judge is named as such.
"""
