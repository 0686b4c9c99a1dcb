"""FIM: data schemas of the federal information management (XDatenfelder) become packages, packages become data schemas.

`reading` reads a message of XDatenfelder 2 or 3.0.0 into `model`, `importing` makes a package of it, `exporting` a message
of a package, `writing` writes XDatenfelder 3.0.0. What a form cannot say stays in the package's file fim.yaml (`sidecar`),
so nothing is lost on the way. `application` describes the data of an application as XSD and JSON Schema.
"""
