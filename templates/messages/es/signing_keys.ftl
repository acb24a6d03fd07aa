nav-signing-keys = Claves de firma
signing-keys-heading = Claves de firma
signing-keys-text = Claves públicas de clientes que firman cada solicitud. La mitad privada nunca sale del cliente, así que aquí no hay nada que robar.
signing-keys-empty = Todavía no hay claves de firma
signing-keys-empty-text = Cree un par de claves Ed25519, guarde la mitad privada y registre aquí la pública.
signing-key-add = Añadir clave de firma
signing-key-new-heading = Añadir una clave de firma
signing-key-public = Clave pública
signing-key-public-hint = Ed25519, como PEM, JWK o base64 de la clave o de su SPKI.
signing-key-how = Cómo crear un par de claves
signing-key-how-text = En la máquina que firma. Pegue lo que imprime el segundo comando; el archivo private.pem se queda allí.
signing-key-fingerprint = Huella digital
signing-key-algorithm = Algoritmo
signature-check = Comprobar una firma
signature-check-text = Pegue una solicitud firmada para ver si se aceptaría, por qué no y qué bytes exactamente había que firmar. No se guarda nada de ella, y una solicitud que solo vale una vez se puede hacer todavía.
signature-valid = Esta solicitud se aceptaría
signature-fits = La firma corresponde, pero la solicitud se rechazaría
signature-wrong = Esta solicitud se rechazaría
signature-scheme = Esquema
signature-created = Firmada
signature-server-time = Hora del servidor
signature-expected = Lo que había que firmar
signature-expected-unknown = La solicitud dice demasiado poco para saber qué había que firmar.
signature-bytes = { $count ->
    [one] { $count } byte; lo que no se ve se escribe con una barra invertida.
   *[other] { $count } bytes; lo que no se ve se escribe con una barra invertida.
}
signature-without-query = Sin la consulta.
signature-base64 = Lo mismo en base64
signature-header-unreadable = Escriba cada cabecera como «Nombre: valor» en su propia línea.
signature-method = Método
signature-target = Ruta con consulta
signature-target-hint = Tal como se envió, sin decodificar nada, por ejemplo /v1/orders?status=open.
signature-body = Cuerpo
signature-body-hint = Cada byte cuenta, también los espacios y los saltos de línea.
signature-timestamp = Marca de tiempo, en segundos Unix
signature-signature = Firma, en base64
signature-host = Host
signature-headers = Cabeceras
signature-headers-hint = Una por línea: Signature-Input, Signature, Content-Digest y lo demás que esté cubierto.
