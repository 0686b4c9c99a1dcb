"""What an authority does by which steps: its stock of processes, and where media change in the middle.

Verbs: take over the services of the catalogue, save, delete, import; rate, set weights, plan. Invariants: every row belongs
to one authority; a process has one name there, and a service of the catalogue stands there once; what is not known stays
empty and is counted in no sum; two organisers never overwrite each other in the stock. No row is about a person.
"""
