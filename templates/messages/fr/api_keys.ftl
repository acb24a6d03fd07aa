nav-access = Accès
nav-api-keys = Clés d’API
keys-heading = Clés d’API
keys-own-heading = Mes clés d’API
keys-own-text = Des clés qui agissent pour vous : avec vos permissions tout au plus, et pas plus longtemps que votre compte.
keys-search = Le nom commence par
keys-status = État
keys-empty = Aucune clé d’API pour l’instant
keys-empty-text = Une clé permet à un programme d’appeler une API. Créez-en une pour chaque programme et chaque endroit où il s’exécute.
key-status-active = Active
key-status-expired = Expirée
key-status-disabled = Désactivée
key-status-revoked = Révoquée
key-health-operational = Opérationnelle
key-health-operational-advice = Il n’y a rien à faire.
key-health-revoked = Révoquée
key-health-revoked-advice = La clé ne fonctionnera plus jamais. Créez-en une nouvelle si des programmes en ont encore besoin.
key-health-expired = Expirée
key-health-expired-advice = La clé a expiré et elle est refusée. Donnez-lui une nouvelle échéance ci-dessous, ou révoquez-la.
key-health-disabled = Désactivée
key-health-disabled-advice = La clé est refusée jusqu’à ce que quelqu’un l’active.
key-health-exposed = Exposée
key-health-exposed-advice = Le secret a été vu là où aucun secret ne devrait se trouver. Renouvelez la clé sans délai de grâce, ou révoquez-la.
key-health-spike = Hausse soudaine
key-health-spike-advice = La clé est bien plus utilisée que d’habitude. Vérifiez d’où viennent ses requêtes. Si ce n’est pas vous, renouvelez-la sans délai de grâce.
key-health-new-network = Nouveau réseau
key-health-new-network-advice = Au cours du dernier jour, la clé a été utilisée pour la première fois depuis un réseau. Si aucun de vos programmes ne s’y exécute, renouvelez la clé et limitez ses adresses.
key-health-rate-limited = Limite atteinte
key-health-rate-limited-advice = Des requêtes avec cette clé ont dû attendre. Espacez les requêtes du programme, ou donnez à la clé une limite plus élevée.
key-health-expires-soon = Expire bientôt
key-health-expires-soon-advice = La clé expire dans moins de deux semaines. Renouvelez-la ou donnez-lui une nouvelle échéance avant que des programmes échouent.
key-health-unused-90-days = Inutilisée depuis 90 jours
key-health-unused-90-days-advice = Rien n’a utilisé cette clé depuis 90 jours. Révoquez-la si rien n’en a besoin.
key-why-by-owner = Son propriétaire l’a fait.
key-why-by-administrator = Un administrateur l’a fait.
key-why-owner-deleted = Son propriétaire a été supprimé.
key-why-exposed = Son secret a été trouvé là où d’autres peuvent le lire.
key-why-spike = Son utilisation a soudain augmenté.
keys-health = Condition
keys-health-explained = Ce que signifient ces conditions et que faire
keys-activity = 36 dernières heures
keys-download-csv = Exporter en CSV
keys-download-jsonl = Exporter en JSONL
keys-bulk-label = Modifier plusieurs clés à la fois
keys-bulk-action = Clés sélectionnées
keys-bulk-everything = Toutes les clés qui répondent aux filtres, sur toutes les pages
keys-bulk-none = Aucune clé n’est sélectionnée. Revenez en arrière et cochez les clés voulues.
keys-bulk-disable = Désactiver des clés
keys-bulk-disable-effect = Ces clés sont refusées partout en moins d’une seconde. Elles peuvent être réactivées.
keys-bulk-enable = Activer des clés
keys-bulk-enable-effect = Ces clés fonctionnent à nouveau.
keys-bulk-revoke = Révoquer des clés
keys-bulk-revoke-effect = Ces clés sont refusées partout en moins d’une seconde, de même que les jetons obtenus en échange. C’est irréversible.
keys-bulk-changed = { $count ->
    [one] { $count } clé sera modifiée.
   *[other] { $count } clés seront modifiées.
}
keys-bulk-matched = { $count ->
    [one] { $count } clé est concernée.
   *[other] { $count } clés sont concernées.
}
keys-bulk-unchanged = { $count ->
    [one] { $count } l’est déjà, ou a été révoquée.
   *[other] { $count } le sont déjà, ou ont été révoquées.
}
keys-bulk-refused = { $count ->
    [one] { $count } a plus de droits que vous ou demande un administrateur, et reste inchangée.
   *[other] { $count } ont plus de droits que vous ou demandent un administrateur, et restent inchangées.
}
keys-bulk-not-found = { $count ->
    [one] { $count } n’existe pas.
   *[other] { $count } n’existent pas.
}
keys-bulk-more = { $count ->
    [one] et { $count } autre
   *[other] et { $count } autres
}
done-keys-bulk-disable = Désactivées : { $changed }. Inchangées : { $kept }.
done-keys-bulk-enable = Activées : { $changed }. Inchangées : { $kept }.
done-keys-bulk-revoke = Révoquées : { $changed }. Inchangées : { $kept }.
key-usage-span = Période
key-usage-day = 24 heures
key-usage-week = 7 jours
key-usage-month = 30 jours
key-usage-quarter = 90 jours
key-usage-csv = Exporter en CSV
key-history = Ce qui lui est arrivé
key-history-none = Rien n’est connu.
key-history-all = Tout dans le journal d’audit
key-create = Créer une clé d’API
key-new-heading = Créer une clé d’API
key-secret = Secret
key-owner = Propriétaire
key-owner-me = Moi
key-owner-hint = Un compte de service survit aux personnes qui l’ont créé. Vos propres clés prennent fin avec votre compte.
key-last-used = Dernière utilisation
key-expires = Expiration
key-name-hint = Le programme et l’endroit où il s’exécute, par exemple « Déploiement, préproduction ».
key-description = Son usage
key-permission = Permission
key-level-read-only = Lecture seule
key-level-read-only-text = Peut consulter et appeler, sans rien modifier.
key-level-read-write = Lecture et écriture
key-level-read-write-text = Peut aussi modifier, sauf les clés.
key-level-admin = Tout
key-level-admin-text = Peut faire tout ce que peut son propriétaire, y compris gérer les clés.
key-level-scopes = Restreinte
key-level-scopes-text = Ne peut faire que ce qui est coché ci-dessous.
key-scopes = Permissions d’une clé restreinte
key-limits = Limites
key-addresses = Adresses autorisées
key-addresses-hint = Une adresse ou un réseau par ligne, par exemple 192.0.2.0/24. Vide signifie depuis n’importe où.
key-rate = Requêtes par minute
key-rate-hint = Si le champ est vide, la limite de l’organisation s’applique.
key-rate-unreadable = Saisissez un nombre entier de requêtes par minute.
key-expiry = Expiration
key-expiry-keep = Inchangée
key-expiry-custom = À une date
key-expiry-on = Date
key-expiry-never = Jamais
key-never-confirm = Je sais qu’une clé qui n’expire jamais fonctionne jusqu’à ce que quelqu’un la révoque.
key-never-unconfirmed = Cochez la case sous « Jamais », ou choisissez une échéance.
key-day-unreadable = Choisissez quand la clé expire.
key-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
key-made-heading = Clé d’API créée
key-rotated-heading = Nouveau secret
key-secret-once = Copiez ce secret maintenant. Il n’est affiché que cette fois et ne pourra plus être lu.
key-secret-kept = Je l’ai copié
key-try = Essayer
key-usage = Utilisation
key-waiting = En attente de la première requête
key-waiting-text = Appelez une API avec la clé, par exemple :
key-networks = Utilisée depuis
key-uses = Dernières utilisations
key-uses-hint = Les 20 plus récentes. Celles qui se ressemblent dans la même minute partagent une ligne.
key-use-agent = Programme
key-use-door = Utilisée auprès de
key-use-requests = Requêtes
key-door-verify = Vérification
key-door-forward-auth = Proxy
key-door-api = API de gestion
key-door-session = Connexion par clé
key-door-token = Échange de jeton
key-door-revocations = Flux des révocations
key-may = Peut en ce moment
key-change = Modifier
key-previous-used = L’ancien secret prend fin { $ends }. Dernière utilisation : { $used }.
key-previous-quiet = L’ancien secret prend fin { $ends }. Rien ne l’a utilisé depuis le renouvellement.
key-rotate = Renouveler
key-rotate-effect = Crée un nouveau secret pour la même clé. L’ancien continue de fonctionner pendant la durée que vous choisissez, à la seconde près.
key-grace = L’ancien secret fonctionne encore
key-grace-0 = plus du tout : il prend fin immédiatement
key-grace-900 = 15 minutes
key-grace-3600 = 1 heure
key-grace-21600 = 6 heures
key-grace-86400 = 24 heures
key-grace-604800 = 7 jours
key-grace-2592000 = 30 jours
key-disable = Désactiver
key-disable-effect = La clé est refusée partout en moins d’une seconde. Elle peut être réactivée.
key-enable = Activer
key-enable-effect = La clé fonctionne de nouveau.
key-revoke = Révoquer
key-revoke-effect = La clé est refusée partout en moins d’une seconde, de même que les jetons contre lesquels elle a été échangée. Cette action est irréversible.
key-outcome-allowed = Autorisée
key-outcome-rate-limited = Limite de débit dépassée
key-outcome-permission-denied = Permission refusée
key-outcome-expired = Expirée
key-outcome-disabled = Désactivée
key-outcome-revoked = Révoquée
key-outcome-address-not-allowed = Adresse non autorisée
key-outcome-owner-inactive = Propriétaire suspendu ou supprimé
key-outcome-wrong-tenant = Appartient à une autre organisation
key-outcome-wrong-header = Mauvais en-tête
done-key-disable = Clé désactivée. Aucun nœud edge ne l’accepte plus.
done-key-enable = Clé activée.
done-key-revoke = Clé révoquée. Aucun nœud edge ne l’accepte plus.
