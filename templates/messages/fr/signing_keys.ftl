nav-signing-keys = Clés de signature
signing-keys-heading = Clés de signature
signing-keys-text = Clés publiques de clients qui signent chaque requête. La moitié privée ne quitte jamais le client : il n’y a donc rien à voler ici.
signing-keys-empty = Aucune clé de signature pour l’instant
signing-keys-empty-text = Créez une paire de clés Ed25519, gardez la moitié privée et enregistrez ici la moitié publique.
signing-key-add = Ajouter une clé de signature
signing-key-new-heading = Ajouter une clé de signature
signing-key-public = Clé publique
signing-key-public-hint = Ed25519, en PEM, en JWK, ou en base64 de la clé ou de sa SPKI.
signing-key-how = Comment créer une paire de clés
signing-key-how-text = Sur la machine qui signe. Collez ce qu’affiche la seconde commande ; le fichier private.pem y reste.
signing-key-fingerprint = Empreinte
signing-key-algorithm = Algorithme
signature-check = Vérifier une signature
signature-check-text = Collez une requête signée pour voir si elle serait acceptée, sinon pourquoi, et quels octets exactement il fallait signer. Rien n’en est conservé, et une requête valable une seule fois peut encore être faite.
signature-valid = Cette requête serait acceptée
signature-fits = La signature correspond, mais la requête serait refusée
signature-wrong = Cette requête serait refusée
signature-scheme = Schéma
signature-created = Signée
signature-server-time = Heure du serveur
signature-expected = Ce qu’il fallait signer
signature-expected-unknown = La requête en dit trop peu pour savoir ce qu’il fallait signer.
signature-bytes = { $count ->
    [one] { $count } octet ; ce qui est invisible est écrit avec une barre oblique inverse.
   *[other] { $count } octets ; ce qui est invisible est écrit avec une barre oblique inverse.
}
signature-without-query = Sans la requête d’URL.
signature-base64 = La même chose en base64
signature-header-unreadable = Écrivez chaque en-tête sous la forme « Nom: valeur » sur sa propre ligne.
signature-method = Méthode
signature-target = Chemin avec requête
signature-target-hint = Tel qu’envoyé, sans rien décoder, par exemple /v1/orders?status=open.
signature-body = Corps
signature-body-hint = Chaque octet compte, y compris les espaces et les sauts de ligne.
signature-timestamp = Horodatage, en secondes Unix
signature-signature = Signature, en base64
signature-host = Hôte
signature-headers = En-têtes
signature-headers-hint = Un par ligne : Signature-Input, Signature, Content-Digest et tout ce qui est couvert.
