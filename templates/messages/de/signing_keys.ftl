nav-signing-keys = Signaturschlüssel
signing-keys-heading = Signaturschlüssel
signing-keys-text = Öffentliche Schlüssel von Clients, die jede Anfrage signieren. Die private Hälfte verlässt den Client nie, hier gibt es also nichts zu stehlen.
signing-keys-empty = Noch keine Signaturschlüssel
signing-keys-empty-text = Erzeugen Sie ein Ed25519-Schlüsselpaar, behalten Sie die private Hälfte und registrieren Sie hier die öffentliche.
signing-key-add = Signaturschlüssel hinzufügen
signing-key-new-heading = Einen Signaturschlüssel hinzufügen
signing-key-public = Öffentlicher Schlüssel
signing-key-public-hint = Ed25519, als PEM, JWK oder Base64 des Schlüssels oder seiner SPKI.
signing-key-how = So erzeugen Sie ein Schlüsselpaar
signing-key-how-text = Auf der Maschine, die signiert. Fügen Sie ein, was der zweite Befehl ausgibt; die Datei private.pem bleibt dort.
signing-key-fingerprint = Fingerabdruck
signing-key-algorithm = Algorithmus
signature-check = Eine Signatur prüfen
signature-check-text = Fügen Sie eine signierte Anfrage ein, um zu sehen, ob sie angenommen würde, warum nicht und welche Bytes genau zu signieren waren. Nichts davon wird aufbewahrt, und eine Anfrage, die nur einmal gilt, kann noch gestellt werden.
signature-valid = Diese Anfrage würde angenommen
signature-fits = Die Signatur passt, und doch würde die Anfrage abgelehnt
signature-wrong = Diese Anfrage würde abgelehnt
signature-scheme = Verfahren
signature-created = Signiert
signature-server-time = Zeit des Servers
signature-expected = Was zu signieren war
signature-expected-unknown = Die Anfrage sagt zu wenig, um zu wissen, was zu signieren war.
signature-bytes = { $count ->
    [one] { $count } Byte; was nicht zu sehen ist, steht mit umgekehrtem Schrägstrich da.
   *[other] { $count } Bytes; was nicht zu sehen ist, steht mit umgekehrtem Schrägstrich da.
}
signature-without-query = Ohne die Query.
signature-base64 = Dasselbe in base64
signature-header-unreadable = Schreiben Sie jeden Header als „Name: Wert“ in eine eigene Zeile.
signature-method = Methode
signature-target = Pfad mit Query
signature-target-hint = Wie gesendet, nichts dekodiert, etwa /v1/orders?status=open.
signature-body = Body
signature-body-hint = Jedes Byte zählt, auch Leerzeichen und Zeilenumbrüche.
signature-timestamp = Zeitstempel in Unix-Sekunden
signature-signature = Signatur in base64
signature-host = Host
signature-headers = Header
signature-headers-hint = Einer pro Zeile: Signature-Input, Signature, Content-Digest und was sonst abgedeckt ist.
