"""The electronic file of a case: documents with version, hash and origin, and the whole file as one PDF or ZIP.

Verbs: `open_file`, `put` and `file_document`, `bundle_pdf`, `bundle_zip`. A document is never changed: filing other bytes under
the same source makes its next version, the older one stays.
"""
