# Courriels.
mail-reset-subject = Choisissez un nouveau mot de passe
mail-reset-why = Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour cette adresse e-mail.
mail-reset-open = Pour choisir un nouveau mot de passe pour votre compte chez { $organization }, ouvrez :
mail-reset-lasts = { $links ->
    [one] Le lien fonctionne une seule fois, pendant { $span }.
   *[other] Chaque lien fonctionne une seule fois, pendant { $span }.
}
mail-reset-ignore = Si vous n’avez rien demandé, ignorez ce message : votre mot de passe reste inchangé.
mail-asked = L’administration de { $organization } vous demande de choisir un nouveau mot de passe pour votre compte. Ouvrez :
mail-asked-lasts = Le lien fonctionne une seule fois, pendant { $span }. Tant que vous ne l’utilisez pas, votre mot de passe reste inchangé.
mail-changed-subject = Votre mot de passe a été modifié
mail-changed = Le mot de passe de votre compte chez { $organization } a été modifié.
mail-changed-everywhere = Le mot de passe de votre compte chez { $organization } a été modifié, et tous les appareils ont été déconnectés.
mail-changed-not-you = Si ce n’était pas vous, choisissez tout de suite un autre mot de passe et prévenez votre administration :
mail-invited-subject = Vous êtes invité
mail-invited = Vous êtes invité à rejoindre { $organization }. Pour choisir un mot de passe pour votre compte, ouvrez :
mail-invited-lasts = Le lien fonctionne une seule fois, pendant { $span }.
mail-invited-ignore = Si vous ne savez pas de quoi il s’agit, ignorez ce message.
mail-key-created-subject = Une nouvelle clé d’API
mail-key-created = Une clé d’API a été créée chez { $organization } :
mail-key-ends = Elle cesse de fonctionner le { $end }.
mail-key-endless = Elle n’expire pas.
mail-key-unexpected = Si vous vous y attendiez, il n’y a rien à faire. Sinon, révoquez la clé et prévenez l’administration de { $organization } :
mail-key-rotated-subject = Une clé d’API a été renouvelée
mail-key-rotated = Le secret d’une clé d’API chez { $organization } a été remplacé :
mail-key-previous = L’ancien secret fonctionne jusqu’au { $end } : donnez le nouveau aux programmes d’ici là.
mail-key-previous-ended = L’ancien secret ne fonctionne plus.
mail-key-exposed-subject = Une clé d’API a été divulguée
mail-key-exposed = Un secret d’une clé d’API chez { $organization } a été trouvé là où d’autres peuvent le lire :
mail-key-exposed-revoked = La clé a été révoquée aussitôt et ne fonctionnera plus jamais. Créez une nouvelle clé et donnez-la aux programmes qui utilisaient celle-ci.
mail-key-exposed-disabled = La clé a été désactivée aussitôt, comme l’organisation l’a décidé. Créez une nouvelle clé et donnez-la aux programmes qui utilisaient celle-ci. Si le signalement était une erreur, l’administration peut réactiver la clé.
mail-key-exposed-previous = C’est le secret précédent qui a fuité ; il a été invalidé aussitôt. Le secret actuel fonctionne toujours. Vérifiez que chaque programme possède le secret actuel et, dans le doute, renouvelez la clé.
mail-key-exposed-next = Retirez le secret de l’endroit où il a été trouvé : le journal d’audit l’indique, s’il a été signalé. Vérifiez ensuite ce qui a été fait avec la clé :
mail-key-spiked-subject = Une clé d’API a été désactivée
mail-key-spiked = Une clé d’API chez { $organization } a été utilisée tellement plus que d’habitude qu’elle a été désactivée, comme l’organisation l’a décidé :
mail-key-spiked-look = Vérifiez combien de fois et d’où elle a été utilisée :
mail-key-spiked-yours = Si c’était vous, réactivez-la :
mail-key-spiked-other = Sinon, quelqu’un d’autre possède peut-être son secret : révoquez-la et donnez une nouvelle clé à vos programmes.
mail-key-ending-subject = Une clé d’API expire bientôt
mail-key-ending = Une clé d’API chez { $organization } cessera bientôt de fonctionner :
mail-key-ending-when = Elle cesse de fonctionner dans { $span }, le { $end }.
mail-key-ending-next = Donnez-lui une fin plus tardive, ou créez une nouvelle clé et donnez-la aux programmes qui utilisent celle-ci :
mail-key-ended-subject = Une clé d’API a expiré
mail-key-ended = Une clé d’API chez { $organization } a cessé de fonctionner :
mail-key-ended-when = Elle a cessé de fonctionner le { $end }.
mail-key-ended-next = Si des programmes en ont encore besoin, donnez-lui une fin plus tardive ou créez-en une nouvelle :
