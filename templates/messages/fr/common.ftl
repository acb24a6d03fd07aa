# What every page says.
skip-link = Aller au contenu
error-prefix = Erreur :
nav-label = Pages
looking-at = Vous consultez { $slug } – quitter
user-menu = Menu de { $name }
menu-account = Mon compte
menu-console = Console
menu-switch = Utiliser un autre compte
menu-language = Langue
menu-theme = Couleurs
menu-save = Enregistrer
menu-sign-out = Se déconnecter
theme-system = Comme le système
theme-light = Clair
theme-dark = Sombre
recipes = La même chose depuis le shell
copy = Copier
copied = Copié
pager-label = Pages de la liste
pager-first = Première page
pager-next = Page suivante
list-count = { $count ->
    [0] Aucune entrée
    [one] Une entrée
   *[other] { $count } entrées
}
list-count-more = { $count } entrées sur cette page, d’autres sur la suivante
filter-apply = Filtrer
filter-clear = Effacer les filtres
filter-all = Tous
filter-named = { $what } (nom court)
picker-search = { $what } : chercher par nom court
picker-find = Chercher
picker-first = Les { $count } premiers sont listés ci-dessous. Cherchez pour atteindre les autres.
picker-found = { $count ->
    [one] Un nom court commence par « { $text } ».
   *[other] { $count } noms courts commencent par « { $text } ».
}
picker-found-more = Plus de { $count } noms courts commencent par « { $text } ». Saisissez davantage du nom voulu.
picker-none = Aucun nom court ne commence par « { $text } ».
nothing-matches = Aucun résultat
nothing-matches-text = Aucune entrée ne correspond à ces filtres.
cancel = Annuler
save = Enregistrer
back = Retour
yes = Oui
no = Non
never = Jamais
unknown = Inconnu
identifier = Identifiant
created = Création
changed = Modification
confirm-heading = Confirmez votre identité
confirm-why = Vous êtes sur le point de modifier quelque chose, et votre dernière connexion date d’un certain temps. Saisissez votre mot de passe pour continuer ; ce que vous avez saisi est conservé.
confirm-button = Confirmer
confirm-wrong = Ce n’est pas le bon mot de passe.
confirm-throttled = Trop de tentatives. Réessayez dans { $wait }.
field-password = Mot de passe
field-email = Adresse e-mail
field-name = Nom
time-now = à l’instant
time-minutes-ago = { $count ->
    [one] il y a { $count } minute
   *[other] il y a { $count } minutes
}
time-hours-ago = { $count ->
    [one] il y a { $count } heure
   *[other] il y a { $count } heures
}
time-days-ago = { $count ->
    [one] il y a { $count } jour
   *[other] il y a { $count } jours
}
time-in-minutes = { $count ->
    [one] dans { $count } minute
   *[other] dans { $count } minutes
}
time-in-hours = { $count ->
    [one] dans { $count } heure
   *[other] dans { $count } heures
}
time-in-days = { $count ->
    [one] dans { $count } jour
   *[other] dans { $count } jours
}
done-created = Création effectuée.
done-saved = Modifications enregistrées.
done-deleted = Suppression effectuée.
