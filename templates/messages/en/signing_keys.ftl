nav-signing-keys = Signing keys
signing-keys-heading = Signing keys
signing-keys-text = Public keys of clients that sign each request. The private half never leaves the client, so there is nothing here to steal.
signing-keys-empty = No signing keys yet
signing-keys-empty-text = Make an Ed25519 key pair, keep the private half, and register the public one here.
signing-key-add = Add signing key
signing-key-new-heading = Add a signing key
signing-key-public = Public key
signing-key-public-hint = Ed25519, as PEM, JWK, or base64 of the key or its SPKI.
signing-key-how = How to make a key pair
signing-key-how-text = On the machine that signs. Paste what the second command prints; the file private.pem stays there.
signing-key-fingerprint = Fingerprint
signing-key-algorithm = Algorithm
signature-check = Check a signature
signature-check-text = Paste a signed request to see whether it would be taken, why not, and exactly which bytes should have been signed. Nothing is kept of it, and a request that is good only once can still be made.
signature-valid = This request would be taken
signature-fits = The signature fits, and yet the request would be refused
signature-wrong = This request would be refused
signature-scheme = Scheme
signature-created = Signed
signature-server-time = Time of the server
signature-expected = What should have been signed
signature-expected-unknown = The request says too little to know what should have been signed.
signature-bytes = { $count ->
    [one] { $count } byte; what cannot be seen is written with a backslash.
   *[other] { $count } bytes; what cannot be seen is written with a backslash.
}
signature-without-query = Without the query.
signature-base64 = The same in base64
signature-header-unreadable = Write each header as “Name: value” on a line of its own.
signature-method = Method
signature-target = Path with query
signature-target-hint = As it was sent, nothing decoded, such as /v1/orders?status=open.
signature-body = Body
signature-body-hint = Every byte counts, also blanks and line breaks.
signature-timestamp = Timestamp, in Unix seconds
signature-signature = Signature, in base64
signature-host = Host
signature-headers = Headers
signature-headers-hint = One on each line: Signature-Input, Signature, Content-Digest and whatever else is covered.
