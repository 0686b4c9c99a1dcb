"""EUDI wallet: asks for credentials by OpenID4VP 1.0 with HAIP 1.0, and believes only what is proven.

Pure protocol, a file each subject: texts (`encoding`, `jws`, `jwk`, `cose`), certificate paths (`x509_path`), credentials
(`sd_jwt`, `sd_jwt_vc`, `mdoc`), their status (`status_list`, `status_lists`), request (`dcql`, `request_object`,
`registration`) and answer (`response`). `verifier` joins them behind the port `stadttor.identity.ports.Wallets`.
Nothing here stores anything; everything that does not hold raises `NotProven`.
"""
